/** Where detection and the truth differ, each as one line that a test can demand. */
import type { DetectedEvent, Severity } from '#lib/contract/index.ts'
import { isExpectedByMaintenance } from '#lib/contract/index.ts'
import type { Kind } from './scenario.ts'
import { joinedByBounds } from './joined-pages.ts'
import { ownerFaults, ownerOf } from './owners.ts'
import type { Run } from './run.ts'
import type { Score } from './score.ts'

const says = [
  /** visible, and not raised */
  'missed',
  /** raised, and not part of the truth */
  'false alarm',
  /** the scenario forbids it */
  'forbidden',
  /** the truth lies outside a bound */
  'not contained',
  /** bounds are wider than the samples demand */
  'wide',
  'other severity',
  /** the likeliest cause is another one */
  'other cause',
  /** the likeliest cause is somebody else's than the scenario says, or than the event beside it that it follows from */
  'other owner',
  /** no owner is named, although an event beside it that it follows from has one */
  'needless unknown',
  /** marks, lengths or a verdict of a failover contradict the truth */
  'failover',
  /** more or fewer incidents page than expected */
  'pages',
] as const
export type Says = (typeof says)[number]

export interface Deviation {
  scenario: string
  says: Says
  /** '' = of the whole scenario */
  kind: Kind | ''
  /** details for people */
  detail: string
}

/** Bounds may be this much wider than the narrowest: rounding to a millisecond. */
const WIDE = 1.01

export function deviationsOf(run: Run, score: Score): Deviation[] {
  const { id, pages } = run.scenario
  const deviation = (what: Says, kind: Kind | '', detail: string): Deviation => ({
    scenario: id,
    says: what,
    kind,
    detail,
  })
  const judged = score.judged.flatMap(
    ({ item, event, contained, tightness, severity, cause, owner, contradictions }) => {
      const of = (what: Says, detail = item.subject) => deviation(what, item.kind, detail)
      if (!item.seen) return []
      if (!event) return [of('missed')]
      return [
        ...(contained ? [] : [of('not contained')]),
        ...(tightness !== null && tightness > WIDE ? [of('wide', `${item.subject} ${tightness.toFixed(1)}`)] : []),
        ...(contradictions ?? []).map((fault) => of('failover', `${item.subject} ${fault}`)),
        ...(severity === false ? [of('other severity', `${item.subject} ${event.severity}`)] : []),
        ...(cause === false
          ? [of('other cause', `${item.subject} ${event.causes[0]?.class} ${event.causes[0]?.confidence}`)]
          : []),
        ...(owner === false ? [of('other owner', `${item.subject} ${ownerOf(event)}`)] : []),
      ]
    },
  )
  const owners = ownerFaults(run).map(({ says: what, event: { kind, scope, subject } }) =>
    deviation(what, kind, `${scope} ${subject}`),
  )
  const alarms = score.falseAlarms.map(({ kind, scope, subject }) =>
    deviation('false alarm', kind, `${scope} ${subject}`),
  )
  const forbidden = score.broken.map(({ event: { kind, scope, subject } }) =>
    deviation('forbidden', kind, `${scope} ${subject}`),
  )
  const found = pagesOf(run)
  const wanted = pages + pagesHidden(score) + (isCollectorInTrouble(run, score) ? 1 : 0)
  const joined = joinedByBounds(
    score.judged.flatMap(({ item: { at }, event }) =>
      event?.incident ? [{ incident: event.incident, at, started: event.started }] : [],
    ),
  )
  const paged =
    found <= wanted && found >= wanted - joined ? [] : [deviation('pages', '', `${found} instead of ${wanted}`)]
  return [...judged, ...owners, ...alarms, ...forbidden, ...paged]
}

/** Pages for what is over between two polls of the catalogue, and is seen all the same: as many for one incident as the most that any of it adds. */
function pagesHidden({ judged }: Score): number {
  const seen = judged.flatMap(({ item: { seen, expected }, event }) =>
    seen && expected.pages ? { incident: event?.incident ?? null, pages: expected.pages } : [],
  )
  const byIncident = Map.groupBy(seen, (one) => one.incident ?? one)
  return [...byIncident.values()].reduce((sum, own) => sum + Math.max(...own.map(({ pages }) => pages)), 0)
}

/**
 * Trouble that the scenario's minute does not show, and that pages once, rightly. Polled more rarely, the same failures leave nothing good
 * for 5 minutes; polled more often, most is stale: two minutes of 429 are longer than three intervals of 10 s or 30 s, and shorter than
 * three of 60 s.
 */
function isCollectorInTrouble({ scenario }: Run, { judged }: Score): boolean {
  return judged.some(({ item: { kind, subject, seen }, event }) => {
    const pages = (kind === 'nothing_polled' && subject === 'everything') || kind === 'collector_degraded'
    // what fails because it is lost itself is a part of that fault
    return pages && seen !== null && !event?.partOf && !scenario.expect.some(({ event }) => event === kind)
  })
}

const GRAVE: ReadonlySet<Severity> = new Set<Severity>(['critical', 'major'])

/** How often a run would page: once for each incident with a grave event that no operator asked for and that is no part of an info event. */
function pagesOf({ events, incidents }: Pick<Run, 'events' | 'incidents'>): number {
  const byKey = new Map(events.map((event) => [event.key, event]))
  const isFollowing = (event: DetectedEvent | undefined) => {
    let root = event
    while (root?.partOf) root = byKey.get(root.partOf)
    return root !== event && root?.severity === 'info'
  }
  return incidents.filter(({ members }) =>
    members.map((key) => byKey.get(key)).some((event) => isGrave(event) && !isFollowing(event)),
  ).length
}

function isGrave(event: DetectedEvent | undefined): boolean {
  return (
    event !== undefined &&
    GRAVE.has(event.severity) &&
    !event.flags.includes('administrative') &&
    !isExpectedByMaintenance(event)
  )
}

export const lineOf = ({ scenario, says: what, kind }: Omit<Deviation, 'detail'>) =>
  [scenario, what, kind].filter((part) => part !== '').join(' ')

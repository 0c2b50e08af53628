/** Differences between detection and the truth, each as a line that a test can expect. */
import type { DetectedEvent, Severity } from '#lib/contract/index.ts'
import { isExpectedByMaintenance } from '#lib/contract/index.ts'
import type { DetectableEventKind } from './scenario.ts'
import { countFaultsJoinedByBounds } from './joined-pages.ts'
import { findOwnerContradictions, getLikeliestCauseOwner } from './owners.ts'
import type { ScenarioRunResult } from './run.ts'
import type { ScenarioScore } from './score.ts'

const says = [
  /** visible, but not raised */
  'missed',
  /** raised, but not part of the truth */
  'false alarm',
  /** raised, but the scenario forbids it */
  'forbidden',
  /** the truth lies outside a bound */
  'not contained',
  /** bounds are wider than the samples require */
  'wide',
  'other severity',
  /** the likeliest cause differs from the scenario's */
  'other cause',
  /**
   * the owner of the likeliest cause differs from the scenario's, or from the owner of the event that it follows from
   */
  'other owner',
  /** detection names no owner, although the event that caused this event has one */
  'needless unknown',
  /** the times, durations or verdict of a recorded failover contradict the truth */
  'failover',
  /** more or fewer incidents cause a page than expected */
  'pages',
] as const
export type ScenarioDeviationKind = (typeof says)[number]

export interface ScenarioDeviation {
  scenario: string
  says: ScenarioDeviationKind
  /** '' = the whole scenario */
  kind: DetectableEventKind | ''
  /** details for people */
  detail: string
}

/** Maximum ratio of the bounds' width to the narrowest possible width, which allows for rounding to a millisecond. */
const WIDE = 1.01

export function listScenarioDeviations(run: ScenarioRunResult, score: ScenarioScore): ScenarioDeviation[] {
  const { id, pages } = run.scenario
  const deviation = (
    what: ScenarioDeviationKind,
    kind: DetectableEventKind | '',
    detail: string,
  ): ScenarioDeviation => ({
    scenario: id,
    says: what,
    kind,
    detail,
  })
  const judged = score.judged.flatMap(
    ({ item, event, contained, tightness, severity, cause, owner, contradictions }) => {
      const of = (what: ScenarioDeviationKind, detail = item.subject) => deviation(what, item.kind, detail)
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
        ...(owner === false ? [of('other owner', `${item.subject} ${getLikeliestCauseOwner(event)}`)] : []),
      ]
    },
  )
  const owners = findOwnerContradictions(run).map(({ says: what, event: { kind, scope, subject } }) =>
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
  const joined = countFaultsJoinedByBounds(
    score.judged.flatMap(({ item: { at }, event }) =>
      event?.incident ? [{ incident: event.incident, at, started: event.started }] : [],
    ),
  )
  const paged =
    found <= wanted && found >= wanted - joined ? [] : [deviation('pages', '', `${found} instead of ${wanted}`)]
  return [...judged, ...owners, ...alarms, ...forbidden, ...paged]
}

/**
 * Returns the number of additional pages for events that are visible in this run, but that polls every minute miss
 * because the events end between two polls. If an incident has several such events, only the largest number counts.
 */
function pagesHidden({ judged }: ScenarioScore): number {
  const seen = judged.flatMap(({ item: { seen, expected }, event }) =>
    seen && expected.pages ? { incident: event?.incident ?? null, pages: expected.pages } : [],
  )
  const byIncident = Map.groupBy(seen, (one) => one.incident ?? one)
  return [...byIncident.values()].reduce((sum, own) => sum + Math.max(...own.map(({ pages }) => pages)), 0)
}

/**
 * Reports whether failures of the collector add one page that the scenario, written for polls every minute, does not
 * expect. Failures of at most half of a subscription do not page (ADR 0363). With rarer polls, the same failures leave no good sample for 5 minutes. With more frequent polls most sources
 * are stale, because two minutes of 429 are longer than three intervals of 10 s or 30 s, but shorter than three of 60
 * s.
 */
function isCollectorInTrouble({ scenario }: ScenarioRunResult, { judged }: ScenarioScore): boolean {
  return judged.some(({ item: { kind, subject, seen, expected }, event }) => {
    const isOfMost = kind === 'collector_degraded' && expected.severity === 'major'
    const pages = (kind === 'nothing_polled' && subject === 'everything') || isOfMost
    // if a resource is lost, the failure to poll it is part of the event of that loss and does not page separately
    return pages && seen !== null && !event?.partOf && !scenario.expect.some(({ event }) => event === kind)
  })
}

const GRAVE: ReadonlySet<Severity> = new Set<Severity>(['critical', 'major'])

/**
 * Returns the number of incidents of a run that page somebody. An incident pages if it has an event of severity
 * `critical` or `major`. Events that an operator requested, and parts of events of severity `info`, do not count.
 */
function pagesOf({ events, incidents }: Pick<ScenarioRunResult, 'events' | 'incidents'>): number {
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

export const formatDeviation = ({ scenario, says: what, kind }: Omit<ScenarioDeviation, 'detail'>) =>
  [scenario, what, kind].filter((part) => part !== '').join(' ')

import type { DetectedEvent, Severity } from './event.ts'
import { severities } from './event.ts'
import { type EventKind, eventKindRecords, eventKinds } from '../event-kinds/index.ts'
import { type TimeSpan, unionOf, withoutSpans } from '../time/spans.ts'
import type { Bounds, EpochMs } from '../time/time.ts'

/** One time in which something was lost: what is certain of it, and the bounds of its begin and end. */
export interface Outage {
  started: Bounds
  /** null = it goes on */
  ended: Bounds | null
  /** the times that are proven, in order and apart; `to` null = until the last poll that could say so */
  certain: { from: EpochMs; to: EpochMs | null }[]
}

interface OutageOnWire {
  startedBetween: [string, string]
  endedBetween: [string, string] | null
  certain: { from: string; to: string | null }[]
}

/** Outages as the API writes them, as instants. */
export const outagesAt = (outages: readonly OutageOnWire[]): Outage[] =>
  outages.map(({ startedBetween, endedBetween, certain }) => ({
    started: boundsAt(startedBetween),
    ended: endedBetween && boundsAt(endedBetween),
    certain: certain.map(({ from, to }) => ({ from: Date.parse(from), to: to === null ? null : Date.parse(to) })),
  }))

const boundsAt = ([earliest, latest]: [string, string]): Bounds => ({
  earliest: Date.parse(earliest),
  latest: Date.parse(latest),
})

/** An event, as far as it bounds when something was lost. */
export interface Lasting extends Pick<DetectedEvent, 'kind' | 'severity' | 'started' | 'ended'> {
  /** in which no poll would have seen it end: it may have; absent = none */
  unseen?: readonly TimeSpan[]
}

/** They say that something comes back again and again, and last in between. */
const REPETITIONS: ReadonlySet<EventKind> = new Set(eventKinds.filter((kind) => kind.endsWith('_flapping')))

/** Kinds of events that last as long as something is lost. */
export const outageKinds: readonly EventKind[] = eventKinds.filter((kind) => {
  const { lifecycle, incident, recovery } = eventKindRecords[kind]
  return lifecycle !== 'point' && incident !== 'aside' && !recovery && !REPETITIONS.has(kind)
})

/** Kinds of events that say that another path carries, and that nothing is lost. */
const CHANGES: ReadonlySet<EventKind> = new Set(['best_path_shift', 'intent_deviation', 'failback_pending'])

/** What the times of an incident are called, by the kind of its root: those in which another path carries are no outages. */
export const timeWord = (root: EventKind | undefined): 'outage' | 'change' =>
  root && CHANGES.has(root) ? 'change' : 'outage'

/**
 * The events that an incident's outages are made of: those that are as severe as the worst of them; changes of paths count where nothing
 * was lost, and repetitions where nothing else is known. What is said of its times is said of these alone.
 */
export function outageEvents<One extends Lasting>(events: readonly One[]): One[] {
  const rank = (severity: Severity) => severities.indexOf(severity)
  const lasting = events.filter(({ kind }) => eventKindRecords[kind].lifecycle !== 'point')
  const single = lasting.filter(({ kind }) => outageKinds.includes(kind))
  const losses = single.filter(({ kind }) => !CHANGES.has(kind))
  const own = [losses, single, lasting].find(({ length }) => length > 0) ?? []
  const worst = Math.min(...own.map(({ severity }) => rank(severity)))
  return own.filter(({ severity }) => rank(severity) === worst)
}

/**
 * The outages of an incident: two falls with health in between are two, however soon the second one followed. Events whose bounds meet
 * can't be held apart and are one outage; what is certain of it are the times that are certain of any.
 * @returns the first to begin first
 */
export function outagesOf(events: readonly Lasting[]): Outage[] {
  const outages: Outage[] = []
  for (const event of outageEvents(events).toSorted((a, b) => a.started.earliest - b.started.earliest)) {
    const last = outages.at(-1)
    if (last && (last.ended === null || event.started.earliest <= last.ended.latest))
      outages.splice(-1, 1, joined(last, event))
    else outages.push({ started: event.started, ended: event.ended, certain: certainOf(event) })
  }
  return outages
}

/**
 * When the last of what was lost came back; null = something is lost still, or nothing ever was. That it keeps falling (`flapping`) may
 * go on: what is up is not down for that.
 */
export function recoveredAt(events: readonly Lasting[]): Bounds | null {
  const single = events.filter(({ kind }) => outageKinds.includes(kind))
  const ends = single.flatMap(({ ended }) => ended ?? [])
  if (ends.length < single.length) return null
  return ends.toSorted((a, b) => a.latest - b.latest).at(-1) ?? null
}

/**
 * When an incident was: from the begin of its first outage to the end of its last one, so that its times and how long it lasted are of the same.
 * @param stored its times as they are stored, which are those of all its events; it goes on while they have no end
 */
export function incidentTimes(
  events: readonly Lasting[],
  stored: { started: Bounds; ended: Bounds | null },
): { started: Bounds; ended: Bounds | null } {
  const outages = outagesOf(events)
  return {
    started: outages[0]?.started ?? stored.started,
    ended: stored.ended && (latestOutage(outages)?.ended ?? stored.ended),
  }
}

/** What keeps coming back while something is still called flapping: how many outages within how many seconds; null = it does not flap. */
export function flappingOf(events: readonly Lasting[]): { outages: number; seconds: number } | null {
  if (!events.some(({ kind, ended }) => REPETITIONS.has(kind) && ended === null)) return null
  const outages = outagesOf(events)
  const [first, last] = [outages[0], outages.at(-1)]
  if (!first || !last || outages.length < 2) return null
  return { outages: outages.length, seconds: (last.started.latest - first.started.latest) / 1_000 }
}

/** The outage that goes on, or else the last one: how long an incident lasts is said of it, and of all together beside it. */
export const latestOutage = <One extends { endedBetween: unknown } | { ended: unknown }>(
  outages: readonly One[],
): One | undefined =>
  outages.findLast((one) => ('ended' in one ? one.ended : one.endedBetween) === null) ?? outages.at(-1)

const certainOf = ({ started, ended, unseen = [] }: Lasting): Outage['certain'] =>
  certain(withoutSpans({ from: started.latest, to: ended?.earliest ?? Number.POSITIVE_INFINITY }, unseen))

const certain = (spans: readonly TimeSpan[]): Outage['certain'] =>
  spans.map(({ from, to }) => ({ from, to: Number.isFinite(to) ? to : null }))

function joined(outage: Outage, event: Lasting): Outage {
  const { started, ended } = outage
  return {
    started: {
      earliest: Math.min(started.earliest, event.started.earliest),
      latest: Math.min(started.latest, event.started.latest),
    },
    ended:
      ended === null || event.ended === null
        ? null
        : {
            earliest: Math.max(ended.earliest, event.ended.earliest),
            latest: Math.max(ended.latest, event.ended.latest),
          },
    certain: certain(
      unionOf(
        [...outage.certain, ...certainOf(event)].map(({ from, to }) => ({ from, to: to ?? Number.POSITIVE_INFINITY })),
      ),
    ),
  }
}

/**
 * How long outages lasted together, in milliseconds: at least the times that are certain, at most those that are possible.
 * @param provenUntil the last moment of which polls say that it goes on: an outage that nobody confirms any more lasts no longer
 * @param now until when one that goes on may have lasted
 * @returns most null = one had begun before anything was polled
 */
export function lengthOf(
  outages: readonly Outage[],
  { provenUntil, now }: { provenUntil: EpochMs; now: EpochMs },
): { least: number; most: number | null } {
  const least = outages
    // what was asked last before a gap proves nothing after it was asked
    .flatMap(({ ended, certain: all }) =>
      all.map(({ from, to }) => [from, ended ? to : Math.min(to ?? now, provenUntil)]),
    )
    .reduce((sum, [from, to]) => sum + Math.max(0, (to ?? provenUntil) - (from ?? 0)), 0)
  if (outages.some(({ started }) => started.earliest <= 0)) return { least, most: null }
  const most = outages.reduce(
    (sum, { started, ended }) => sum + Math.max(0, (ended?.latest ?? now) - started.earliest),
    0,
  )
  return { least, most: Math.max(least, most) }
}

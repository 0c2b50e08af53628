import type { DetectedEvent, Severity } from './event.ts'
import { severities } from './event.ts'
import { type EventKind, eventKindRecords, eventKinds } from '../event-kinds/index.ts'
import { type TimeInterval, mergeTimeIntervals, subtractTimeIntervals } from '../time/time-spans.ts'
import type { TimestampBounds, EpochMs } from '../time/time.ts'

/** Outage with the bounds of its start and end, and the times in which it is proven. */
export interface Outage {
  started: TimestampBounds
  /** bounds of the end; null = ongoing */
  ended: TimestampBounds | null
  /**
   * proven parts of the outage in order, without overlap; `to` null = until the last poll that could prove the outage
   */
  certain: { from: EpochMs; to: EpochMs | null }[]
}

interface OutageOnWire {
  startedBetween: [string, string]
  endedBetween: [string, string] | null
  certain: { from: string; to: string | null }[]
}

/** Converts outages from the API format (texts) to epoch milliseconds. */
export const parseOutages = (outages: readonly OutageOnWire[]): Outage[] =>
  outages.map(({ startedBetween, endedBetween, certain }) => ({
    started: boundsAt(startedBetween),
    ended: endedBetween && boundsAt(endedBetween),
    certain: certain.map(({ from, to }) => ({ from: Date.parse(from), to: to === null ? null : Date.parse(to) })),
  }))

const boundsAt = ([earliest, latest]: [string, string]): TimestampBounds => ({
  earliest: Date.parse(earliest),
  latest: Date.parse(latest),
})

/** Event, reduced to the fields that determine the time of an outage. */
export interface OutageTimingEvent extends Pick<DetectedEvent, 'kind' | 'severity' | 'started' | 'ended'> {
  /**
   * times in which no poll would have detected the end of the event, so the event may have been interrupted; absent =
   * none
   */
  unseen?: readonly TimeInterval[]
}

/** Event kinds that mean the total loss of a resource. */
export const TOTAL_LOSS_KINDS: ReadonlySet<EventKind> = new Set(['circuit_down', 'gateway_isolated', 'no_path'])

/**
 * Returns the root event of an incident if it is the ongoing total loss of a circuit or gateway; otherwise null. A
 * resource that is down is in this state since the start of this event. The outage of the incident may begin earlier,
 * with the loss of the first path.
 * @param scope ID of the resource
 */
export const findOngoingTotalLoss = <Root extends { kind: EventKind; scope: string; endedBetween: unknown }>(
  { root }: { root: Root | null },
  scope: string,
): Root | null =>
  root !== null &&
  root.scope === scope &&
  root.endedBetween === null &&
  (root.kind === 'circuit_down' || root.kind === 'gateway_isolated')
    ? root
    : null

/**
 * Event kinds that report repeated outages (flapping). Such an event continues during the healthy times between the
 * outages.
 */
const REPETITIONS: ReadonlySet<EventKind> = new Set(eventKinds.filter((kind) => kind.endsWith('_flapping')))

/** Event kinds that last as long as something is lost. Kinds of flapping events are not included. */
export const outageEventKinds: readonly EventKind[] = eventKinds.filter((kind) => {
  const { lifecycle, incident, recovery } = eventKindRecords[kind]
  return lifecycle !== 'point' && incident !== 'aside' && !recovery && !REPETITIONS.has(kind)
})

/** Event kinds that report that another path now carries the traffic. Nothing is lost. */
const CHANGES: ReadonlySet<EventKind> = new Set(['best_path_shift', 'intent_deviation', 'failback_pending'])

/**
 * Returns the word by which texts refer to the time between start and end of an incident: `change` if traffic only
 * moved to another path, otherwise `outage`.
 * @param root event kind of the incident's root
 */
export const formatIncidentTimeWord = (root: EventKind | undefined): 'outage' | 'change' =>
  root && CHANGES.has(root) ? 'change' : 'outage'

/**
 * Returns the events that determine the outages of an incident:
 * - events about a loss, if there are any
 * - otherwise events about a change of the path
 * - otherwise flapping events
 * Only the events of the worst severity among them are returned. All texts about the incident's times use only these
 * events.
 */
export function selectEventsOfOutages<One extends OutageTimingEvent>(events: readonly One[]): One[] {
  const rank = (severity: Severity) => severities.indexOf(severity)
  const lasting = events.filter(({ kind }) => eventKindRecords[kind].lifecycle !== 'point')
  const single = lasting.filter(({ kind }) => outageEventKinds.includes(kind))
  const losses = single.filter(({ kind }) => !CHANGES.has(kind))
  const own = [losses, single, lasting].find(({ length }) => length > 0) ?? []
  const worst = Math.min(...own.map(({ severity }) => rank(severity)))
  return own.filter(({ severity }) => rank(severity) === worst)
}

/**
 * Returns the outages of an incident in the order of their start. Two losses with a healthy time in between are two
 * outages, even if the second follows quickly. Events whose bounds overlap form one outage, because polls cannot
 * separate them. The time of an outage is proven if one of its events proves it.
 */
export function findOutages(events: readonly OutageTimingEvent[]): Outage[] {
  const outages: Outage[] = []
  for (const event of selectEventsOfOutages(events).toSorted((a, b) => a.started.earliest - b.started.earliest)) {
    const last = outages.at(-1)
    if (last && (last.ended === null || event.started.earliest <= last.ended.latest))
      outages.splice(-1, 1, joined(last, event))
    else outages.push({ started: event.started, ended: event.ended, certain: certainOf(event) })
  }
  return outages
}

/**
 * Returns the bounds of the last recovery; null = something is still lost, or nothing was lost. Flapping events are
 * ignored, because they may be ongoing although the resource is up.
 */
export function findLastRecovery(events: readonly OutageTimingEvent[]): TimestampBounds | null {
  const single = events.filter(({ kind }) => outageEventKinds.includes(kind))
  const ends = single.flatMap(({ ended }) => ended ?? [])
  if (ends.length < single.length) return null
  return ends.toSorted((a, b) => a.latest - b.latest).at(-1) ?? null
}

/**
 * Returns the time span of an incident. It begins with the first outage and ends with the last fault. Outages contain
 * only the events of the worst severity, so a less severe fault may end later than the last outage.
 * @param stored stored time span, which covers all events of the incident. `ended` is the end of the last fault (see
 *   `isFault` in lib/detection); null = the incident is ongoing
 */
export function computeIncidentTimes(
  events: readonly OutageTimingEvent[],
  stored: { started: TimestampBounds; ended: TimestampBounds | null },
): { started: TimestampBounds; ended: TimestampBounds | null } {
  return { started: findOutages(events)[0]?.started ?? stored.started, ended: stored.ended }
}

/**
 * Returns the number of outages of an incident with an ongoing flapping event, and the seconds from the start of its
 * first outage to the start of its last; null = no flapping event is ongoing, or fewer than two outages.
 */
export function measureFlapping(events: readonly OutageTimingEvent[]): { outages: number; seconds: number } | null {
  if (!events.some(({ kind, ended }) => REPETITIONS.has(kind) && ended === null)) return null
  const outages = findOutages(events)
  const [first, last] = [outages[0], outages.at(-1)]
  if (!first || !last || outages.length < 2) return null
  return { outages: outages.length, seconds: (last.started.latest - first.started.latest) / 1_000 }
}

/**
 * Returns the ongoing outage or, if there is none, the last one; undefined = no outages. Screens show its duration as
 * the duration of the incident.
 */
export const findLatestOutage = <One extends { endedBetween: unknown } | { ended: unknown }>(
  outages: readonly One[],
): One | undefined =>
  outages.findLast((one) => ('ended' in one ? one.ended : one.endedBetween) === null) ?? outages.at(-1)

const certainOf = ({ started, ended, unseen = [] }: OutageTimingEvent): Outage['certain'] =>
  certain(subtractTimeIntervals({ from: started.latest, to: ended?.earliest ?? Number.POSITIVE_INFINITY }, unseen))

const certain = (spans: readonly TimeInterval[]): Outage['certain'] =>
  spans.map(({ from, to }) => ({ from, to: Number.isFinite(to) ? to : null }))

function joined(outage: Outage, event: OutageTimingEvent): Outage {
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
      mergeTimeIntervals(
        [...outage.certain, ...certainOf(event)].map(({ from, to }) => ({ from, to: to ?? Number.POSITIVE_INFINITY })),
      ),
    ),
  }
}

/**
 * Returns the total duration of outages in milliseconds: `least` is the proven part, `most` the maximum that the bounds
 * allow.
 * @param provenUntil time of the last poll that confirms an ongoing outage; later time does not count for `least`
 * @param now time up to which an ongoing outage counts for `most`
 * @returns `most` null = an outage began before monitoring, so it has no maximum
 */
export function computeOutageDuration(
  outages: readonly Outage[],
  { provenUntil, now }: { provenUntil: EpochMs; now: EpochMs },
): { least: number; most: number | null } {
  const least = outages
    // An ongoing outage is proven only until the last poll that confirms it.
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

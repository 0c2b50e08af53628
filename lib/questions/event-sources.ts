import {
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  eventKindRecords,
  eventKinds,
  monitoringEventKinds,
  type OutageTimingEvent,
  selectEventsOfOutages,
  outageEventKinds,
  type PollKind,
} from '#lib/contract/index.ts'
import { intersectTimeIntervals, type TimeInterval } from '#lib/contract/time/time-spans.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import { createUnpolledTimesLookup } from './store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { getLastGoodTime, judgePollFreshness } from './freshness.ts'

/**
 * Returns the kinds of polls from which events of these kinds are detected. Without an argument, all event kinds are
 * considered.
 */
export const listPollKindsOfEvents = (kinds: readonly EventKind[] = eventKinds): readonly PollKind[] => [
  ...new Set(kinds.flatMap((kind) => eventKindRecords[kind].polls)),
]

/** Kinds of polls that report the state of sessions, so that they also show a recovery. */
const OF_STATES: ReadonlySet<PollKind> = new Set(['peers', 'summary'])

/**
 * Returns the polls that can show the end of an event. These are the polls of its own path. If there are none, they are
 * the polls of its resource, and if there are none either, the polls of all resources. If the event's kind is detected
 * from session states, only polls of session states are returned.
 */
function shownBy<One extends Pick<SourceStatus, 'scope' | 'subresource' | 'poll'>>(
  { kind, scope, subject }: Pick<Placed, 'kind' | 'scope' | 'subject'>,
  sources: readonly One[],
): One[] {
  const behind = listPollKindsOfEvents([kind])
  const states = behind.filter((one) => OF_STATES.has(one))
  const kinds = states.length > 0 ? states : behind
  const all = sources.filter(({ poll }) => kinds.includes(poll.kind))
  const own = all.filter((one) => one.scope === scope)
  const ofPath = own.filter(({ subresource }) => subresource === subject)
  return [ofPath, own].find(({ length }) => length > 0) ?? all
}

/**
 * Returns the latest time at which polls prove that an outage is still ongoing; null = no outage is ongoing, or its
 * polls have never succeeded. Several polls can show the end of an outage. The outage is proved up to the oldest of
 * their last successful runs. The start of that poll is used, because an end that a later poll finds may lie directly
 * after it. Only outage events of an incident and polls of the event's own resource count.
 * If only the customer's router reports a fall, it is proved only at its start. Polls of Azure show the other end of
 * the session, and the router may already have come up again without having reported it.
 */
export function findProvenUntil(
  events: readonly (OutageTimingEvent & { scope: string; subject: string })[],
  sources: readonly Pick<SourceStatus, 'scope' | 'subresource' | 'poll'>[],
  now: EpochMs,
): EpochMs | null {
  const times = selectEventsOfOutages(events).flatMap(({ kind, scope, subject, started, ended }) => {
    if (ended !== null || !outageEventKinds.includes(kind)) return []
    if (kind === 'router_session_down') return [started.latest]
    const own = shownBy({ kind, scope, subject }, sources).filter((one) => one.scope === scope)
    const usable = own.filter(({ poll }) => isFreshnessUsable(judgePollFreshness(poll, now)))
    const read = (usable.length > 0 ? usable : own).flatMap(({ poll }) => poll.lastReadAt ?? [])
    return read.length > 0 ? [Math.max(started.latest, Math.min(...read))] : []
  })
  return times.length > 0 ? Math.max(...times) : null
}

/** Kinds of events that polls of Azure raise if its end of a session is down. */
const OF_AZURE_END: ReadonlySet<EventKind> = new Set(['session_down', 'path_down', 'circuit_down'])

/** Maximum difference in ms between the end of a gap that reaches the present and the present, because of rounding. */
const ROUNDING_MS = 1

/**
 * Returns the latest time at which polls prove that an event is still ongoing; null = its polls are not late, or it has
 * ended. For an outage, it is the result of {@link findProvenUntil}. Any other event, for example an event about
 * routes, is proven until the time without polls that reaches the present. A fall that a customer's router reports is
 * also proven by polls that show Azure's end down, because a session needs both ends.
 * @param unobserved times within the event in which no poll could have shown its end
 * @param whole event of which this event is a part; absent = it is not a part, or the other event is not known
 */
export function findEventProvenUntil(
  event: OutageTimingEvent & { scope: string; subject: string },
  unobserved: readonly TimeInterval[],
  sources: readonly Pick<SourceStatus, 'scope' | 'subresource' | 'poll'>[],
  now: EpochMs,
  whole?: OutageTimingEvent & { scope: string; subject: string },
): EpochMs | null {
  const isOfBothEnds =
    event.kind === 'router_session_down' && event.ended === null && whole !== undefined && OF_AZURE_END.has(whole.kind)
  const ofAzureEnd = isOfBothEnds ? findProvenUntil([whole], sources, now) : null
  if (ofAzureEnd !== null) return Math.max(event.started.latest, ofAzureEnd)
  const current = event.ended === null ? unobserved.find(({ to }) => to >= now - ROUNDING_MS) : undefined
  return findProvenUntil([event], sources, now) ?? current?.from ?? null
}

type Placed = Pick<DetectedEvent, 'kind' | 'scope' | 'subject' | 'started' | 'ended'>

/** Duration of an event in ms up to which its unobserved times are not computed. */
const SHORTEST_GAP_MS = 30_000

/**
 * Returns a function that returns the times within an event in which no successful poll could have shown its end. If
 * the event's own resource is not polled, polls of other resources count. For example, only gateway tables may show the
 * paths of a circuit. Events about failing polls have no such times, because they do not depend on successful polls.
 * @param sources polled sources of the whole estate
 */
export async function findUnobservedTimes(
  q: SqlExecutor,
  events: readonly Placed[],
  sources: readonly SourceStatus[],
  now: EpochMs,
): Promise<(event: Placed) => readonly TimeInterval[]> {
  const endOf = ({ ended }: Placed) => ended?.earliest ?? now
  const lasting = events.filter(
    (one) => endOf(one) - one.started.latest > SHORTEST_GAP_MS && !monitoringEventKinds.has(one.kind),
  )
  const shown = new Map(
    lasting.map((one) => {
      const read = sources.filter(({ poll }) => (getLastGoodTime(poll) ?? 0) >= one.started.latest)
      return [one, shownBy(one, read)]
    }),
  )
  const asked = new Set([...shown.values()].flat())
  const [from, to] = [Math.min(...lasting.map(({ started }) => started.latest)), Math.max(...lasting.map(endOf))]
  const pollOf = ({ sourceId, poll: { kind } }: SourceStatus) => ({ sourceId, kind })
  const unseenOf = await createUnpolledTimesLookup(q, [...asked].map(pollOf), { from, to })
  return (event) => {
    const own = (shown.get(event) ?? []).map((one) => unseenOf(pollOf(one)))
    const within: readonly TimeInterval[] = [{ from: event.started.latest, to: endOf(event) }]
    return own.length === 0 ? [] : own.reduce(intersectTimeIntervals, within)
  }
}

/**
 * Adds to each outage the time up to which polls prove it, for {@link splitPeriodByState}. `provenUntil` null = the
 * outage has ended, or its polls are not late.
 * @param sources polled sources of the whole estate
 */
export async function addProvenUntil<One extends Placed & OutageTimingEvent>(
  q: SqlExecutor,
  outages: readonly One[],
  sources: readonly SourceStatus[],
  now: EpochMs,
): Promise<(One & { provenUntil: EpochMs | null })[]> {
  // The times without polls are read only for the outages whose polls do not tell directly up to when they are proven.
  const open = outages.filter((one) => one.ended === null && findProvenUntil([one], sources, now) === null)
  const unseenOf = open.length > 0 ? await findUnobservedTimes(q, open, sources, now) : () => []
  return outages.map((one) => ({ ...one, provenUntil: findEventProvenUntil(one, unseenOf(one), sources, now) }))
}

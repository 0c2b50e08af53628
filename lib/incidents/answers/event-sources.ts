import {
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  eventKindRecords,
  eventKinds,
  kindsOfPolls,
  type Lasting,
  outageEvents,
  outageKinds,
  type PollKind,
} from '#lib/contract/index.ts'
import { commonSpans, type TimeSpan } from '#lib/contract/time/spans.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import { unseenByPoll } from '#lib/questions/store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { isUsable } from '#lib/detection/index.ts'
import { lastGoodAt, pollFreshness } from '#lib/questions/index.ts'

/** The polls that events of some kinds are detected from; of all kinds when none is named. */
export const pollsBehind = (kinds: readonly EventKind[] = eventKinds): readonly PollKind[] => [
  ...new Set(kinds.flatMap((kind) => eventKindRecords[kind].polls)),
]

/** Polls that say of sessions and paths that they are back. */
const OF_STATES: ReadonlySet<PollKind> = new Set(['peers', 'summary'])

/** The polls that would see an event end: of the states of its path, else of its scope, else, where nothing is polled there, anywhere. */
function shownBy<One extends Pick<SourceStatus, 'scope' | 'subresource' | 'poll'>>(
  { kind, scope, subject }: Pick<Placed, 'kind' | 'scope' | 'subject'>,
  sources: readonly One[],
): One[] {
  const behind = pollsBehind([kind])
  const states = behind.filter((one) => OF_STATES.has(one))
  const kinds = states.length > 0 ? states : behind
  const all = sources.filter(({ poll }) => kinds.includes(poll.kind))
  const own = all.filter((one) => one.scope === scope)
  const ofPath = own.filter(({ subresource }) => subresource === subject)
  return [ofPath, own].find(({ length }) => length > 0) ?? all
}

/**
 * Until when polls prove that an outage goes on: the oldest begin of the last good polls that may end it, since an end lies after the poll
 * before it. So nothing that was certain is taken back. A path is shown by its own polls, and what is less than the outage shows nothing of it.
 * @returns null = nothing goes on, or nobody was asked
 */
export function provenUntil(
  events: readonly (Lasting & { scope: string; subject: string })[],
  sources: readonly Pick<SourceStatus, 'scope' | 'subresource' | 'poll'>[],
  now: EpochMs,
): EpochMs | null {
  const times = outageEvents(events).flatMap(({ kind, scope, subject, started, ended }) => {
    if (ended !== null || !outageKinds.includes(kind)) return []
    const own = shownBy({ kind, scope, subject }, sources).filter((one) => one.scope === scope)
    const usable = own.filter(({ poll }) => isUsable(pollFreshness(poll, now)))
    const read = (usable.length > 0 ? usable : own).flatMap(({ poll }) => poll.lastReadAt ?? [])
    return read.length > 0 ? [Math.max(started.latest, Math.min(...read))] : []
  })
  return times.length > 0 ? Math.max(...times) : null
}

type Placed = Pick<DetectedEvent, 'kind' | 'scope' | 'subject' | 'started' | 'ended'>

/** No gap in polls is shorter: it is as long as several intervals. */
const SHORTEST_GAP_MS = 30_000

/**
 * Times within events in which no poll would have seen them end: none of what shows the kind was polled at its scope, or, where nothing is
 * polled there, anywhere, as the tables of gateways are that show a circuit's paths. What reports failing polls is no less certain for them.
 * @param sources of the whole estate
 */
export async function unseenDuring(
  q: Queryable,
  events: readonly Placed[],
  sources: readonly SourceStatus[],
  now: EpochMs,
): Promise<(event: Placed) => readonly TimeSpan[]> {
  const endOf = ({ ended }: Placed) => ended?.earliest ?? now
  const lasting = events.filter(
    (one) => endOf(one) - one.started.latest > SHORTEST_GAP_MS && !kindsOfPolls.has(one.kind),
  )
  const shown = new Map(
    lasting.map((one) => {
      const read = sources.filter(({ poll }) => (lastGoodAt(poll) ?? 0) >= one.started.latest)
      return [one, shownBy(one, read)]
    }),
  )
  const asked = new Set([...shown.values()].flat())
  const [from, to] = [Math.min(...lasting.map(({ started }) => started.latest)), Math.max(...lasting.map(endOf))]
  const pollOf = ({ sourceId, poll: { kind } }: SourceStatus) => ({ sourceId, kind })
  const unseenOf = await unseenByPoll(q, [...asked].map(pollOf), { from, to })
  return (event) => {
    const own = (shown.get(event) ?? []).map((one) => unseenOf(pollOf(one)))
    const within: readonly TimeSpan[] = [{ from: event.started.latest, to: endOf(event) }]
    return own.length === 0 ? [] : own.reduce(commonSpans, within)
  }
}

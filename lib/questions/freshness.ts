import type { EpochMs, PollKind, StoredFreshness } from '#lib/contract/index.ts'
import { type FreshnessState, freshnessAt, isUsable, worstFreshness } from '#lib/detection/index.ts'
import { listSources, type PollHealth, type SourceStatus } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * End of the last poll whose rows are good, null if there never was one. An `incomplete` poll that names who was silent
 * is good for all others.
 */
export function lastGoodAt(poll: PollHealth): EpochMs | null {
  if (poll.lastReadAt !== null && poll.lastReadAt === poll.lastStartedAt) return poll.lastFinishedAt
  const times = [poll.lastOkAt, poll.lastReadAt].filter((at) => at !== null)
  return times.length === 0 ? null : Math.max(...times)
}

export function pollFreshness(poll: PollHealth, now: EpochMs): FreshnessState {
  // nobody vouches for what is paused, however recent its last poll
  if (poll.lastOutcome === 'paused') return 'stale'
  return freshnessAt(now, lastGoodAt(poll), poll.intervalSeconds * 1_000, (callSeconds(poll) ?? 0) * 1_000)
}

/** p95 of a call, by the floor that it makes with the interval in force; null before the first poll. */
export function callSeconds({
  floorSeconds,
  intervalSeconds,
  burst,
}: Pick<PollHealth, 'floorSeconds' | 'intervalSeconds' | 'burst'>): number | null {
  return floorSeconds == null
    ? null
    : Math.max(0, floorSeconds - Math.min(burst?.everySeconds ?? Infinity, intervalSeconds))
}

/**
 * The freshness of an answer that rests on these polls: the worst of them, the oldest of their last good ends, and that of
 * those which are as bad as the worst. The oldest poll is not always the late one: it may be read less often. Polls that were never
 * good are counted apart: one of many says nothing of the others, nor do these hide it.
 */
export function freshnessOf(polls: readonly PollHealth[], now: EpochMs): StoredFreshness {
  const judged = polls.map((poll) => ({ state: pollFreshness(poll, now), at: lastGoodAt(poll) }))
  const known = judged.filter((poll) => poll.state !== 'never')
  const state = worstFreshness(known.map((poll) => poll.state))
  const without = polls.filter((poll) => pollFreshness(poll, now) === 'never')
  const notPolled = without.filter(({ lastStartedAt }) => lastStartedAt === null).length
  const isBehind = state === 'late' || state === 'stale'
  return {
    state,
    oldestPollAt: oldest(known.map(({ at }) => at)),
    latePollAt: isBehind ? oldest(judged.filter((poll) => poll.state === state).map(({ at }) => at)) : null,
    ...(without.length > 0 && { missing: { notPolled, unanswered: without.length - notPolled, of: polls.length } }),
  }
}

/** The age of an answer that rests on these polls, as every answer says it. */
export const ageOf = (polls: readonly PollHealth[], now: EpochMs, asOf: EpochMs = now) => ({
  asOf,
  freshness: freshnessOf(polls, now),
})

/** Null where one of them, or all there is, never was. */
function oldest(times: readonly (EpochMs | null)[]): EpochMs | null {
  const known = times.filter((at) => at !== null)
  return known.length === 0 || known.length < times.length ? null : Math.min(...known)
}

/** What is polled now in a scope. What was polled once and is not any more makes no answer old. */
export async function readSources(q: Queryable, scope?: string): Promise<SourceStatus[]> {
  return (await listSources(q, { scope })).filter(({ scheduled }) => scheduled)
}

/**
 * The polls of these kinds that answers rest on. Where one is refused for lack of a right, metrics of the same resource stand
 * in for it, as long as they come.
 */
export function pollsUnder(sources: readonly SourceStatus[], kinds: readonly PollKind[], now: EpochMs): PollHealth[] {
  const metrics = new Map(
    sources
      .filter(({ poll }) => poll.kind === 'metrics' && isUsable(pollFreshness(poll, now)))
      .map(({ scope, poll }) => [scope, poll]),
  )
  const rests = sources
    .filter(({ poll }) => kinds.includes(poll.kind))
    .map((source) => (isRefused(source, now) ? (metrics.get(source.scope) ?? source.poll) : source.poll))
  return [...new Set(rests)]
}

/** Whether a poll reports nothing because the right to read is missing. */
export function isRefused({ poll }: SourceStatus, now: EpochMs): boolean {
  return poll.lastOutcome === 'forbidden' && !isUsable(pollFreshness(poll, now))
}

/** The polls of these kinds, of all sources or of those that a predicate picks. */
export function pollsOf(
  sources: readonly SourceStatus[],
  kinds: readonly PollKind[],
  pick: (source: SourceStatus) => boolean = () => true,
): PollHealth[] {
  return sources.filter((source) => kinds.includes(source.poll.kind) && pick(source)).map(({ poll }) => poll)
}

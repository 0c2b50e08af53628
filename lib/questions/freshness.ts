import type { EpochMs, PollKind, DataFreshnessToEncode } from '#lib/contract/index.ts'
import { isPollNotOfferedByAzure } from '#lib/contract/words/polls.ts'
import { type FreshnessState, judgeFreshness, isFreshnessUsable, findWorstFreshness } from '#lib/detection/index.ts'
import { getReaderVisibility, listSources, type PollHealth, type SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the end of the last poll that returned usable rows. If the end is not stored, returns the start of that poll;
 * null if there was no such poll. A poll with the outcome `incomplete` is usable if it names the instances that did not
 * respond.
 */
export function getLastGoodTime(poll: PollHealth): EpochMs | null {
  if (poll.lastReadAt !== null && poll.lastReadAt === poll.lastStartedAt) return poll.lastFinishedAt
  const times = [poll.lastOkAt, poll.lastReadAt].filter((at) => at !== null)
  return times.length === 0 ? null : Math.max(...times)
}

export function judgePollFreshness(poll: PollHealth, now: EpochMs): FreshnessState {
  // A paused resource is always stale, because its current state cannot be confirmed.
  if (poll.lastOutcome === 'paused') return 'stale'
  return judgeFreshnessSince(poll, getLastGoodTime(poll), now)
}

/** Returns the freshness that a poll has if its last success ended at `lastGoodAt`. */
const judgeFreshnessSince = (poll: PollHealth, lastGoodAt: EpochMs | null, now: EpochMs): FreshnessState =>
  judgeFreshness(now, lastGoodAt, poll.intervalSeconds * 1_000, (computeCallSeconds(poll) ?? 0) * 1_000)

/**
 * Returns the time since which a fact is not polled: the earliest end of the last successful polls among the sources
 * that have no recent successful poll. Null = each source has a recent one, or those without it never succeeded.
 * @param sources sources that show the fact
 */
export function findNotPolledSince(sources: readonly SourceStatus[], now: EpochMs): EpochMs | null {
  const late = sources.filter(({ poll }) => !isFreshnessUsable(judgePollFreshness(poll, now)))
  const times = late.map(({ poll }) => getLastGoodTime(poll)).filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/**
 * Returns the end of the newest successful poll if all polls stopped together: no poll has ended since, and most of the
 * late polls would be late even if they had ended with the last poll. The time does not change until a poll succeeds.
 * Null if polls still end with any outcome, if the clock of a worker is wrong (the end of its polls is then unknown), if
 * no poll is late, or if no poll ever succeeded.
 * @param polls all polls that are scheduled
 */
export function findAllPollsStoppedAt(polls: readonly PollHealth[], now: EpochMs): EpochMs | null {
  if (polls.some(({ lastOutcome }) => lastOutcome === 'clock')) return null
  const newestOf = (times: readonly (EpochMs | null)[]) => {
    const past = times.flatMap((at) => (at === null || at > now ? [] : at))
    return past.length === 0 ? null : Math.max(...past)
  }
  const succeededAt = newestOf(polls.map(getLastGoodTime))
  const endedAt = newestOf([succeededAt, ...polls.map(({ lastFinishedAt }) => lastFinishedAt)])
  const late = polls.filter((poll) => poll.lastOutcome !== 'paused' && isOverdue(judgePollFreshness(poll, now)))
  const alsoLate = late.filter((poll) => isOverdue(judgeFreshnessSince(poll, endedAt, now)))
  return 2 * alsoLate.length > late.length ? succeededAt : null
}

/**
 * Returns {@link findAllPollsStoppedAt} for a reader. Null if the reader is limited to some resources, because it does
 * not read all polls, so that it cannot know whether the others stopped, too.
 */
export const findPollsStoppedAtForReader = (
  q: SqlExecutor,
  sources: readonly SourceStatus[],
  now: EpochMs,
): EpochMs | null =>
  getReaderVisibility(q) === null
    ? findAllPollsStoppedAt(
        sources.map(({ poll }) => poll),
        now,
      )
    : null

const isOverdue = (state: FreshnessState) => state === 'late' || state === 'stale'

/** Reports whether a poll that reads sessions was successful recently. Returns true if no such poll is scheduled. */
export function hasCurrentSessions(sources: readonly SourceStatus[], now: EpochMs): boolean {
  const own = sources.filter(({ scheduled, poll }) => scheduled && (poll.kind === 'peers' || poll.kind === 'summary'))
  return own.length === 0 || own.some(({ poll }) => isFreshnessUsable(judgePollFreshness(poll, now)))
}

/**
 * Returns the 95th percentile of the duration of a poll's Azure call, in seconds; null before the first poll. It is
 * computed as `floorSeconds` minus the current poll interval, because `floorSeconds` is the sum of this interval and
 * the duration of the call.
 */
export function computeCallSeconds({
  floorSeconds,
  intervalSeconds,
  burst,
}: Pick<PollHealth, 'floorSeconds' | 'intervalSeconds' | 'burst'>): number | null {
  return floorSeconds == null
    ? null
    : Math.max(0, floorSeconds - Math.min(burst?.everySeconds ?? Infinity, intervalSeconds))
}

/**
 * Returns the combined freshness of the polls behind a response. `state` is the worst state among them. `oldestPollAt`
 * is the earliest time at which a poll succeeded for the last time. If the worst state is `late` or `stale`,
 * `latePollAt` is the earliest such time among the polls with this state. It may be later than `oldestPollAt`, because
 * a poll with a longer interval may be older without being late. `missing` is the number of polls that never succeeded,
 * and of connections of hubs for which Azure no longer returns routes.
 */
export function combinePollFreshness(polls: readonly PollHealth[], now: EpochMs): DataFreshnessToEncode {
  const judged = polls.map((poll) => ({ poll, state: judgePollFreshness(poll, now), at: getLastGoodTime(poll) }))
  // If Azure once returned routes and no longer does, the routes count as missing. They do not count as late.
  const isMissing = ({ poll, state }: (typeof judged)[number]) =>
    state === 'never' || (poll.lastOutcome === 'not_given' && !isFreshnessUsable(state))
  const known = judged.filter((one) => !isMissing(one))
  const state = findWorstFreshness(known.map((poll) => poll.state))
  const without = judged.flatMap((one) => (isMissing(one) ? [one.poll] : []))
  const notPolled = without.filter(({ lastStartedAt }) => lastStartedAt === null).length
  const isBehind = state === 'late' || state === 'stale'
  return {
    state,
    oldestPollAt: oldest(known.map(({ at }) => at)),
    latePollAt: isBehind ? oldest(judged.filter((poll) => poll.state === state).map(({ at }) => at)) : null,
    ...(without.length > 0 && { missing: { notPolled, unanswered: without.length - notPolled, of: polls.length } }),
  }
}

/** Returns the `asOf` and `freshness` fields of a response that depends on these polls. */
export const buildFreshnessFields = (polls: readonly PollHealth[], now: EpochMs, asOf: EpochMs = now) => ({
  asOf,
  freshness: combinePollFreshness(polls, now),
})

/** Returns the earliest of several times. Null if one of the times is null, or if the list is empty. */
function oldest(times: readonly (EpochMs | null)[]): EpochMs | null {
  const known = times.filter((at) => at !== null)
  return known.length === 0 || known.length < times.length ? null : Math.min(...known)
}

/**
 * Returns the sources (polled tables) in a scope that are currently polled. Sources that are no longer polled are left
 * out, because a response would otherwise seem outdated.
 */
export async function readSources(q: SqlExecutor, scope?: string): Promise<SourceStatus[]> {
  return (await listSources(q, { scope })).filter(({ scheduled }) => scheduled)
}

/**
 * Returns the polls of the given kinds on which a response depends. If Azure refuses a poll, it is replaced by the
 * metrics poll of the same resource, provided that the data of the metrics poll are recent enough.
 */
export function findSupportingPolls(
  sources: readonly SourceStatus[],
  kinds: readonly PollKind[],
  now: EpochMs,
): PollHealth[] {
  const metrics = new Map(
    sources
      .filter(({ poll }) => poll.kind === 'metrics' && isFreshnessUsable(judgePollFreshness(poll, now)))
      .map(({ scope, poll }) => [scope, poll]),
  )
  const rests = sources
    .filter(({ poll }) => kinds.includes(poll.kind))
    .map((source) => (isPollRefused(source, now) ? (metrics.get(source.scope) ?? source.poll) : source.poll))
  return [...new Set(rests)]
}

/**
 * Reports whether a poll fails because a permission is missing or the cloud does not offer the data, and its last
 * successful data are too old to be used.
 */
export function isPollRefused({ poll }: SourceStatus, now: EpochMs): boolean {
  const isWithoutAnswer = poll.lastOutcome === 'forbidden' || isPollNotOfferedByAzure(poll)
  return isWithoutAnswer && !isFreshnessUsable(judgePollFreshness(poll, now))
}

/**
 * Returns the polls of these kinds.
 * @param pick selects the sources; absent = all sources
 */
export function pickPollsOfKinds(
  sources: readonly SourceStatus[],
  kinds: readonly PollKind[],
  pick: (source: SourceStatus) => boolean = () => true,
): PollHealth[] {
  return sources.filter((source) => kinds.includes(source.poll.kind) && pick(source)).map(({ poll }) => poll)
}

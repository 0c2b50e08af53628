import type { EpochMs, Observation, PollKind } from '#lib/contract/index.ts'
import type { ThrottledPolls } from '#lib/history/index.ts'

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 5 * 60_000

/** Sources of one subscription that must be throttled within a minute before the rest of it is spared too. */
export const STORM_WINDOW_MS = 60_000
const STORM_SOURCES = { tables: 3, most: 10 }

/** Requests left below which nothing is asked beyond the timetable. */
const SPARE_READS = 200

/** What is dropped first when a subscription is throttled; the peers of gateways never are (docs/rules/detection.md 7). */
const leastValuable: readonly PollKind[] = ['advertised', 'arp', 'tables', 'learned', 'metrics', 'probe']
const lessValuable: readonly PollKind[] = [...leastValuable, 'stats', 'connection', 'summary']

export interface ThrottleDecision {
  /** this poll's next start is no sooner; null = its interval decides */
  notBefore: EpochMs | null
  /** kinds of the whole subscription to put off, and until when */
  spare: { kinds: readonly PollKind[]; until: EpochMs } | null
}

export const NOTHING_PUT_OFF: ThrottleDecision = { notBefore: null, spare: null }

/**
 * What a 429 means for the pace; no other outcome slows anything down. Its Retry-After is obeyed, and without one the wait doubles
 * with each 429 in a row.
 * @param before what was recorded of the subscription before this poll
 */
export function afterThrottled(before: ThrottledPolls, { finishedAt, error }: Observation): ThrottleDecision {
  const until = finishedAt + waitMs(error?.retryAfterSeconds ?? null, before.inARow + 1)
  const throttled = before.othersSince + 1
  const kinds = throttled >= STORM_SOURCES.most ? lessValuable : throttled >= STORM_SOURCES.tables ? leastValuable : []
  return { notBefore: until, spare: kinds.length > 0 ? { kinds, until } : null }
}

/** Whether ARM's patience allows polls beyond the timetable, after a poll that was not throttled. */
export function hasSpareBudget(
  { others, readsLeft }: ThrottledPolls,
  { budget }: Pick<Observation, 'budget'>,
): boolean {
  const left = budget?.remainingReads ?? readsLeft
  return others === 0 && (left === null || left >= SPARE_READS)
}

function waitMs(retryAfterSeconds: number | null, inARow: number): number {
  if (retryAfterSeconds !== null) return Math.max(0, retryAfterSeconds * 1000)
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (inARow - 1))
}

import { CLOCK_TOLERANCE_MS, type EpochMs } from '#lib/contract/index.ts'

export type FreshnessState = 'fresh' | 'late' | 'stale' | 'never'

/** A last good sample older than this many intervals is late; two good ones further apart enclose a gap. */
const LATE_INTERVALS = 1.5
const STALE_INTERVALS = 3
/** No limit is shorter: a poll every half second must not flicker on each scheduling delay. */
const SHORTEST_LATE_MS = 5_000
const SHORTEST_STALE_MS = 10_000

/** Age in ms beyond which a sample is late; also the longest distance of two good samples that is no gap. */
export function lateAfterMs(intervalMs: number): number {
  return Math.max(LATE_INTERVALS * intervalMs, SHORTEST_LATE_MS)
}

/** Age in ms beyond which verdicts that rest on the sample become unknown. */
export function staleAfterIntervalMs(intervalMs: number): number {
  return Math.max(STALE_INTERVALS * intervalMs, SHORTEST_STALE_MS)
}

/**
 * Freshness of one (source, kind) at `at`. `lastGoodAt` = end of its last good poll, null if it never had one. A negative age is never fresh.
 * @param callMs what a call may take: the end of the next poll is by so much later, and that is no delay
 */
export function freshnessAt(at: EpochMs, lastGoodAt: EpochMs | null, intervalMs: number, callMs = 0): FreshnessState {
  if (lastGoodAt === null) return 'never'
  const age = at - lastGoodAt
  if (age < -CLOCK_TOLERANCE_MS) return 'stale'
  if (age > staleAfterIntervalMs(intervalMs)) return 'stale'
  return age <= lateAfterMs(intervalMs) + callMs ? 'fresh' : 'late'
}

/** Whether a verdict may rest on it. */
export function isUsable(state: FreshnessState): boolean {
  return state === 'fresh' || state === 'late'
}

const order: readonly FreshnessState[] = ['fresh', 'late', 'stale', 'never']

/**
 * The freshness of an answer that rests on several sources: the worst of them. `never` when there is none at all.
 */
export function worstFreshness(states: Iterable<FreshnessState>): FreshnessState {
  let worst = -1
  for (const state of states) worst = Math.max(worst, order.indexOf(state))
  return order[worst] ?? 'never'
}

import { CLOCK_TOLERANCE_MS, type EpochMs } from '#lib/contract/index.ts'

export type FreshnessState = 'fresh' | 'late' | 'stale' | 'never'

/** Age in intervals from which the last good sample is late. Two good samples that are further apart enclose a gap. */
const LATE_INTERVALS = 1.5
const STALE_INTERVALS = 3
/** Minimum limits in ms, so that a poll every half second does not change its state with each scheduling delay. */
const SHORTEST_LATE_MS = 5_000
const SHORTEST_STALE_MS = 10_000

/**
 * Returns the age in ms above which a sample is late. This is also the maximum distance of two good samples without a
 * gap.
 */
export function lateAfterMs(intervalMs: number): number {
  return Math.max(LATE_INTERVALS * intervalMs, SHORTEST_LATE_MS)
}

/** Returns the age in ms above which verdicts that depend on the sample become unknown. */
export function staleAfterIntervalMs(intervalMs: number): number {
  return Math.max(STALE_INTERVALS * intervalMs, SHORTEST_STALE_MS)
}

/**
 * Returns the freshness of one (source, kind) at `at`. `lastGoodAt` = end of its last good poll, null if it never had
 * one. A negative age is never fresh.
 * @param callMs maximum duration of a call, by which the end of the next poll may be later without a delay
 */
export function freshnessAt(at: EpochMs, lastGoodAt: EpochMs | null, intervalMs: number, callMs = 0): FreshnessState {
  if (lastGoodAt === null) return 'never'
  const age = at - lastGoodAt
  if (age < -CLOCK_TOLERANCE_MS) return 'stale'
  if (age > staleAfterIntervalMs(intervalMs)) return 'stale'
  return age <= lateAfterMs(intervalMs) + callMs ? 'fresh' : 'late'
}

/** Reports whether a verdict may depend on data with this freshness. */
export function isUsable(state: FreshnessState): boolean {
  return state === 'fresh' || state === 'late'
}

const order: readonly FreshnessState[] = ['fresh', 'late', 'stale', 'never']

/**
 * Returns the freshness of an answer that depends on several sources, which is the worst of them; `never` if the list
 * is empty.
 */
export function worstFreshness(states: Iterable<FreshnessState>): FreshnessState {
  let worst = -1
  for (const state of states) worst = Math.max(worst, order.indexOf(state))
  return order[worst] ?? 'never'
}

import { CLOCK_TOLERANCE_MS, type EpochMs } from '#lib/contract/index.ts'

export type FreshnessState = 'fresh' | 'late' | 'stale' | 'never'

/**
 * Age of the last good sample, in poll intervals, above which the sample is late (`LATE_INTERVALS`) or stale
 * (`STALE_INTERVALS`). If two good samples are further apart than `LATE_INTERVALS`, there is a gap between them.
 */
const LATE_INTERVALS = 1.5
const STALE_INTERVALS = 3
/**
 * Minimum ages in ms above which a sample can be late or stale. Without them, each scheduling delay would make a source
 * late that is polled every half second.
 */
const SHORTEST_LATE_MS = 5_000
const SHORTEST_STALE_MS = 10_000

/**
 * Returns the age in ms above which a sample is late. Two good samples that are further apart have a gap between them.
 */
export function computeLateAgeMs(intervalMs: number): number {
  return Math.max(LATE_INTERVALS * intervalMs, SHORTEST_LATE_MS)
}

/** Returns the age in ms above which a sample is stale. Verdicts that depend on it then become unknown. */
export function computeIntervalStaleAgeMs(intervalMs: number): number {
  return Math.max(STALE_INTERVALS * intervalMs, SHORTEST_STALE_MS)
}

/**
 * Returns the freshness of one source and kind at the time `at`. If the last poll ended later than `at` by more than
 * the clock tolerance, its time is wrong and the result is stale.
 * @param lastGoodAt end of the last good poll; null = there was none
 * @param callMs maximum duration of a poll in ms; the next poll may end later by this time without being late
 */
export function judgeFreshness(
  at: EpochMs,
  lastGoodAt: EpochMs | null,
  intervalMs: number,
  callMs = 0,
): FreshnessState {
  if (lastGoodAt === null) return 'never'
  const age = at - lastGoodAt
  if (age < -CLOCK_TOLERANCE_MS) return 'stale'
  if (age > computeIntervalStaleAgeMs(intervalMs)) return 'stale'
  return age <= computeLateAgeMs(intervalMs) + callMs ? 'fresh' : 'late'
}

/** Reports whether a verdict may depend on data with this freshness. */
export function isFreshnessUsable(state: FreshnessState): boolean {
  return state === 'fresh' || state === 'late'
}

const order: readonly FreshnessState[] = ['fresh', 'late', 'stale', 'never']

/**
 * Returns the freshness of a response that depends on several sources, which is the worst of their states; `never` if
 * the list is empty.
 */
export function findWorstFreshness(states: Iterable<FreshnessState>): FreshnessState {
  let worst = -1
  for (const state of states) worst = Math.max(worst, order.indexOf(state))
  return order[worst] ?? 'never'
}

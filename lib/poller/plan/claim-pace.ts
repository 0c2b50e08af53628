import type { Lease } from '#lib/platform/leases/index.ts'

/**
 * Minimum time between two reads of the schedule in milliseconds, so that thousands of sources do not cause a query
 * each.
 */
const MIN_MS = 15
/** Maximum time between two reads of the schedule in milliseconds. */
export const MAX_PACE_MS = 200
/** Maximum delay of a poll as a share of its interval. The delay allows polls to be claimed together. */
const SHARE = 0.04
/** Time in milliseconds after which claimed intervals are forgotten, because intervals change and bursts end. */
const FORGET_MS = 60_000

/**
 * Determines how often a worker reads the schedule, because each read scans all due polls and possibly the whole
 * schedule. With intervals of a second, polls are claimed within 40 ms; with intervals of five seconds or more, within
 * 200 ms. Polls that are claimed together are also requested and committed together, which uses less CPU than waking up
 * for each.
 */
export class ClaimPace {
  /** the shortest intervals among polls claimed in the current period and in the previous one, in seconds */
  #shortest: [now: number, before: number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  #since = 0

  /**
   * Records claimed leases.
   * @param at monotonic clock in milliseconds
   */
  note(leases: readonly Pick<Lease, 'everySeconds' | 'shortestSeconds'>[], at: number): void {
    if (at - this.#since >= FORGET_MS) {
      const [now] = this.#shortest
      this.#shortest = [Number.POSITIVE_INFINITY, at - this.#since < 2 * FORGET_MS ? now : Number.POSITIVE_INFINITY]
      this.#since = at
    }
    for (const { everySeconds, shortestSeconds } of leases) {
      this.#shortest[0] = Math.min(this.#shortest[0], everySeconds, shortestSeconds)
    }
  }

  /**
   * Returns the minimum wait before the next read in milliseconds.
   * @param hasMore whether more polls are due than the last read could claim
   */
  leastMs(hasMore: boolean): number {
    if (hasMore) return MIN_MS
    const shortest = Math.min(...this.#shortest)
    if (shortest === Number.POSITIVE_INFINITY) return MIN_MS
    return Math.min(MAX_PACE_MS, Math.max(MIN_MS, SHARE * 1_000 * shortest))
  }
}

import type { PollLease } from '#lib/platform/leases/index.ts'

/**
 * Minimum time between two reads of the schedule, milliseconds. Without it, each of thousands of sources would cause a
 * separate query when its poll becomes due.
 */
const MIN_MS = 15
/** Maximum time between two reads of the schedule in milliseconds. */
export const MAX_PACE_MS = 200
/**
 * Maximum delay of a poll by the claim, as a share of its interval. During the delay, further polls become due, and the
 * same query can claim them.
 */
const SHARE = 0.04
/**
 * Length of a period in milliseconds. Only the intervals of polls that were claimed in the current and in the previous
 * period are remembered, because intervals change.
 */
const FORGET_MS = 60_000

/**
 * Decides how often a worker reads the schedule for due polls. Each read scans all due polls, so it should be rare.
 * With an interval of one second, a poll is claimed at most 40 ms late; with five seconds or more, at most 200 ms.
 * Polls that are claimed together are also sent and committed together, which needs less CPU.
 */
export class ScheduleReadPace {
  /** Shortest interval in seconds of the polls that were claimed in the current minute, and in the minute before. */
  #shortest: [now: number, before: number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  #since = 0

  /**
   * Takes note of the intervals of claimed polls.
   * @param at time of the monotonic clock, milliseconds
   */
  note(leases: readonly Pick<PollLease, 'everySeconds' | 'shortestSeconds'>[], at: number): void {
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
   * Returns the minimum time until the next read of the schedule, milliseconds.
   * @param hasMore true = more polls are due than the last read could claim
   */
  leastMs(hasMore: boolean): number {
    if (hasMore) return MIN_MS
    const shortest = Math.min(...this.#shortest)
    if (shortest === Number.POSITIVE_INFINITY) return MIN_MS
    return Math.min(MAX_PACE_MS, Math.max(MIN_MS, SHARE * 1_000 * shortest))
  }
}

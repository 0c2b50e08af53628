import type { Lease } from '#lib/platform/leases/index.ts'

/** Between two reads of the timetable at least this, so that thousands of sources don't mean a query each. */
const MIN_MS = 15
/** ... and at most this. */
export const LONGEST_PACE_MS = 200
/** A poll begins late by no more than this share of its interval, for that polls are claimed together. */
const SHARE = 0.04
/** Intervals change, and bursts end. */
const FORGET_MS = 60_000

/**
 * How often a worker reads the timetable: each read goes through all that is due, and through the whole of a long timetable. Where polls
 * follow each other in a second they are claimed within 40 ms, from five seconds on within 200 ms. What is claimed together is asked
 * for, waited for and committed together, which takes a process at rest less than to wake up for each.
 */
export class ClaimPace {
  /** the shortest interval among what was claimed lately, and in the period before that */
  #shortest: [now: number, before: number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  #since = 0

  /** @param at monotonic, milliseconds */
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
   * How long to wait before the next read, at least. Milliseconds.
   * @param hasMore more polls are due than the last read was let take
   */
  leastMs(hasMore: boolean): number {
    if (hasMore) return MIN_MS
    const shortest = Math.min(...this.#shortest)
    if (shortest === Number.POSITIVE_INFINITY) return MIN_MS
    return Math.min(LONGEST_PACE_MS, Math.max(MIN_MS, SHARE * 1_000 * shortest))
  }
}

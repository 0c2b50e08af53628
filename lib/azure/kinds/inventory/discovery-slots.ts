/** Number of subscriptions that this process may discover at the same time. */
const SLOTS = 8
/** Approximate duration in milliseconds of one slice, which is a part of a subscription's discovery. */
const USUAL_MS = 2_000
const LONGEST_WAIT_MS = 10_000
/**
 * Default rate of the requests for discovery. It is a third of the rate at which ARM allows further reads, because
 * polls use the same budget.
 */
export const DISCOVERY_READS_PER_SECOND = 8

/**
 * Limits how many subscriptions are discovered in parallel. The discovery of hundreds of subscriptions is due at the
 * same time, but must leave enough of ARM's request budget to polls. If no slot is free, the caller tries again later
 * and needs no resources meanwhile.
 */
export class DiscoveryConcurrencyLimiter {
  /** maximum number of requests per second for one subscription */
  readonly readsPerSecond: number
  #free = SLOTS
  readonly #waiting = new Set<string>()

  constructor(readsPerSecond = DISCOVERY_READS_PER_SECOND) {
    this.readsPerSecond = readsPerSecond
  }

  /**
   * Takes a slot.
   * @param who name of the caller, by which its next attempt is recognized
   * @returns a function that gives the slot back, or the milliseconds to wait before the next attempt
   */
  take(who: string): { giveBack: () => void } | { waitMs: number } {
    if (this.#free === 0) {
      this.#waiting.add(who)
      const turns = Math.ceil(this.#waiting.size / SLOTS)
      return { waitMs: Math.min(LONGEST_WAIT_MS, USUAL_MS * turns) * (0.5 + Math.random() / 2) }
    }
    this.#waiting.delete(who)
    this.#free -= 1
    return { giveBack: () => void (this.#free += 1) }
  }
}

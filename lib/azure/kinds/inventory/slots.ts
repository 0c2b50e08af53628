/** Number of discovery slices that this process reads in parallel, for all subscriptions together. */
const SLOTS = 8
/** Approximate duration of a slice in milliseconds. */
const USUAL_MS = 2_000
const LONGEST_WAIT_MS = 10_000
/**
 * Default request rate of discovery: a third of the rate at which ARM refills its bucket of reads, because polls use
 * the same bucket.
 */
export const READS_PER_SECOND = 8

/**
 * Slots that limit parallel discovery. The discovery of hundreds of subscriptions becomes due at the same time and must
 * leave budget for polls. A subscription without a slot retries later and holds no resources meanwhile.
 */
export class DiscoverySlots {
  /** requests per second for one subscription while it is read in slices */
  readonly readsPerSecond: number
  #free = SLOTS
  readonly #waiting = new Set<string>()

  constructor(readsPerSecond = READS_PER_SECOND) {
    this.readsPerSecond = readsPerSecond
  }

  /**
   * Takes a slot.
   * @param who name that identifies the next attempt of the same caller
   * @returns a function that gives the slot back, or the milliseconds until the next attempt
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

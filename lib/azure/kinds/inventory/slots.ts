/** Slices of discovery that this process reads side by side, over all subscriptions. */
const SLOTS = 8
/** How long a slice lasts, roughly, milliseconds. */
const USUAL_MS = 2_000
const LONGEST_WAIT_MS = 10_000
/** A third of what ARM's bucket of reads is refilled by: polls live of the same. */
export const READS_PER_SECOND = 8

/**
 * Who may list at present. Discovery of hundreds of subscriptions falls due together and must not take what polls run on: who finds no
 * slot comes again, and holds nothing meanwhile.
 */
export class DiscoverySlots {
  /** of one subscription while it is read in slices */
  readonly readsPerSecond: number
  #free = SLOTS
  readonly #waiting = new Set<string>()

  constructor(readsPerSecond = READS_PER_SECOND) {
    this.readsPerSecond = readsPerSecond
  }

  /**
   * @param who a name for the same one's next try
   * @returns how to give the slot back; or in how many milliseconds to come again
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

import { setTimeout as delay } from 'node:timers/promises'

/**
 * Timer that waits between repeated attempts. The wait doubles up to a limit while the attempts fail, and starts again
 * at the first length after a success.
 */
export class BackOff {
  readonly #first: number
  readonly #longest: number
  #next: number

  constructor(firstMs = 100, longestMs = 5_000) {
    this.#first = firstMs
    this.#longest = longestMs
    this.#next = firstMs
  }

  /** True while at least one wait has begun since the last success. */
  get failing(): boolean {
    return this.#next > this.#first
  }

  succeeded(): void {
    this.#next = this.#first
  }

  /**
   * Waits before the next attempt, and doubles the length of the following wait up to the maximum. If the signal is
   * aborted, the wait ends early without an error.
   */
  async wait(signal: AbortSignal): Promise<void> {
    const ms = this.#next
    this.#next = Math.min(this.#longest, ms * 2)
    await waitUnlessAborted(ms, signal)
  }
}

/** Waits for some milliseconds; returns early without an error if the signal is aborted. */
export async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

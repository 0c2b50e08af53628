import { setTimeout as delay } from 'node:timers/promises'

/** Waits between repeated attempts. The wait doubles up to a limit as long as the attempts fail. */
export class BackOff {
  readonly #first: number
  readonly #longest: number
  #next: number

  constructor(firstMs = 100, longestMs = 5_000) {
    this.#first = firstMs
    this.#longest = longestMs
    this.#next = firstMs
  }

  /** Whether at least one wait has happened since the last success. */
  get failing(): boolean {
    return this.#next > this.#first
  }

  succeeded(): void {
    this.#next = this.#first
  }

  /**
   * Waits before the next attempt, and doubles the following wait; returns early without an error if the signal is
   * aborted.
   */
  async wait(signal: AbortSignal): Promise<void> {
    const ms = this.#next
    this.#next = Math.min(this.#longest, ms * 2)
    await pause(ms, signal)
  }
}

/** Waits, or returns early if the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

import { setTimeout as delay } from 'node:timers/promises'

/** Waits that double up to a limit, for as long as something keeps failing. */
export class BackOff {
  readonly #first: number
  readonly #longest: number
  #next: number

  constructor(firstMs = 100, longestMs = 5_000) {
    this.#first = firstMs
    this.#longest = longestMs
    this.#next = firstMs
  }

  /** Whether the last attempt failed. */
  get failing(): boolean {
    return this.#next > this.#first
  }

  succeeded(): void {
    this.#next = this.#first
  }

  /** Waits before the next attempt; returns early, without a throw, when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    const ms = this.#next
    this.#next = Math.min(this.#longest, ms * 2)
    await pause(ms, signal)
  }
}

/** Waits, or returns early when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

import { setTimeout as pause } from 'node:timers/promises'

/** Work in one piece is no longer than about this, where the work can be divided so. */
const SLICE_MS = 10

/** Work in the background that leaves its process to others for most of the time: polls, requests. */
export class BackgroundPace {
  readonly #share: number
  readonly #signal: AbortSignal
  #resumedAt = performance.now()
  #workedMs = 0

  /** @param share of the time, 0 to 1, that the work may take */
  constructor(share: number, signal: AbortSignal) {
    this.#share = share
    this.#signal = signal
  }

  /** How long it has worked in all, waiting for the database included where that was between two steps. */
  get workedMs(): number {
    return this.#workedMs
  }

  /** Called between steps: after a slice of work it waits as long as the share asks for. @throws when the work is to end */
  async rest(): Promise<void> {
    this.#signal.throwIfAborted()
    const worked = performance.now() - this.#resumedAt
    if (worked < SLICE_MS) return
    this.#workedMs += worked
    await pause(worked / this.#share - worked, undefined, { signal: this.#signal })
    this.#resumedAt = performance.now()
  }

  /** Called after waiting for something else, such as the database. */
  resume(): void {
    this.#resumedAt = performance.now()
  }
}

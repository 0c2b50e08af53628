import { setTimeout as pause } from 'node:timers/promises'

/** Approximate maximum length of uninterrupted work in ms. A step that cannot be divided may take longer. */
const SLICE_MS = 10

/** Paces background work so that most of the time is left to polls and requests in the same process. */
export class BackgroundPace {
  readonly #share: number
  readonly #signal: AbortSignal
  #resumedAt = performance.now()
  #workedMs = 0

  /** @param share share of the time that the work may take, 0 to 1 */
  constructor(share: number, signal: AbortSignal) {
    this.#share = share
    this.#signal = signal
  }

  /**
   * The total working time of the slices that ended with a pause, in ms. It includes waits for the database in a slice,
   * unless `resume` was called after the wait.
   */
  get workedMs(): number {
    return this.#workedMs
  }

  /**
   * Pauses after a slice of work, for as long as the share requires. Callers call it between two steps.
   * @throws the reason of the abort signal if the work was aborted
   */
  async rest(): Promise<void> {
    this.#signal.throwIfAborted()
    const worked = performance.now() - this.#resumedAt
    if (worked < SLICE_MS) return
    this.#workedMs += worked
    await pause(worked / this.#share - worked, undefined, { signal: this.#signal })
    this.#resumedAt = performance.now()
  }

  /** Restarts the measurement of working time after a wait, for example for the database. */
  resume(): void {
    this.#resumedAt = performance.now()
  }
}

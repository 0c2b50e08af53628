import { setTimeout as pause } from 'node:timers/promises'

/** Time of work in milliseconds after which a pause is due. A single step may take longer. */
const SLICE_MS = 10

/** Adds pauses to a long computation, so that polls and requests in the same process are not delayed. */
export class BackgroundPace {
  readonly #share: number
  readonly #signal: AbortSignal
  #resumedAt = performance.now()
  #workedMs = 0

  /** @param share share of the time that the computation may use, 0 to 1 */
  constructor(share: number, signal: AbortSignal) {
    this.#share = share
    this.#signal = signal
  }

  /**
   * Time of the work that was done before each pause, in milliseconds. It includes waits for the database, unless
   * `resume` was called after the wait.
   */
  get workedMs(): number {
    return this.#workedMs
  }

  /**
   * Pauses if enough work was done since the last pause. It must be called between the steps of the computation.
   * @throws the reason of the abort signal
   */
  async rest(): Promise<void> {
    this.#signal.throwIfAborted()
    const worked = performance.now() - this.#resumedAt
    if (worked < SLICE_MS) return
    this.#workedMs += worked
    await pause(worked / this.#share - worked, undefined, { signal: this.#signal })
    this.#resumedAt = performance.now()
  }

  /** Tells that a wait has ended, for example for the database, so that the time of the wait does not count as work. */
  resume(): void {
    this.#resumedAt = performance.now()
  }
}

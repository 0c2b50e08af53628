import { setTimeout as pause } from 'node:timers/promises'

/** Working time in milliseconds after which a pause is made. A single step of the computation may take longer. */
const SLICE_MS = 10

/** Makes pauses in a long computation, so that polls and requests in the same process are not delayed. */
export class BackgroundComputationThrottle {
  readonly #share: number
  readonly #signal: AbortSignal
  #resumedAt = performance.now()
  #workedMs = 0

  /** @param share maximum share of the time in which the computation may work, 0 to 1 */
  constructor(share: number, signal: AbortSignal) {
    this.#share = share
    this.#signal = signal
  }

  /**
   * Working time before the pauses so far, in milliseconds. Waits for the database are included, unless `resume` was
   * called after the wait.
   */
  get workedMs(): number {
    return this.#workedMs
  }

  /**
   * Makes a pause if the computation worked long enough since the last pause. It must be called between the steps of
   * the computation.
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

  /** Records the end of a wait, for example for the database, so that the wait does not count as working time. */
  resume(): void {
    this.#resumedAt = performance.now()
  }
}

import { type Clock, systemClock } from '#lib/platform/clock.ts'

/**
 * Minimum delay in milliseconds between two beats that counts as a freeze. Garbage collection and long computations
 * take less.
 */
const FREEZE_MS = 2_000
const BEAT_MS = 500
/** Time in milliseconds after which freezes are forgotten, longer than any work that is checked. */
const KEPT_MS = 10 * 60_000

/**
 * Detects periods in which this process did not run because it was stopped, its machine was paused, or it was busy
 * without a break. A timeout at the end of such a period is this process's own fault.
 */
export class FreezeWatch {
  readonly #clock: Clock
  readonly #timer: NodeJS.Timeout
  #lastBeat: number
  #freezes: { from: number; to: number }[] = []

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
    this.#lastBeat = clock.monotonic()
    this.#timer = setInterval(() => this.#beat(), BEAT_MS)
    this.#timer.unref()
  }

  /**
   * Returns for how many milliseconds the process did not run since a moment; 0 = it ran all the time. The result is
   * also correct immediately after a freeze, whichever timer fires first.
   * @param since time of the monotonic clock
   */
  frozenSince(since: number): number {
    this.#beat()
    return this.#freezes.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, since)), 0)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #beat(): void {
    const now = this.#clock.monotonic()
    if (now - this.#lastBeat > BEAT_MS + FREEZE_MS) {
      this.#freezes = this.#freezes.filter(({ to }) => now - to < KEPT_MS)
      this.#freezes.push({ from: this.#lastBeat, to: now })
    }
    this.#lastBeat = now
  }
}

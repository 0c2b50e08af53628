import { type Clock, systemClock } from '#lib/platform/clock.ts'

/** A pause between two beats that is longer than this (ms) is a freeze: garbage collection and long work stay below. */
const FREEZE_MS = 2_000
const BEAT_MS = 500
/** Older freezes are forgotten: no work is judged over a longer time. */
const KEPT_MS = 10 * 60_000

/**
 * Notices when this process did not run: it was stopped, its machine paused, or it was busy without a break. A time-out that ends
 * such a pause is this process's own.
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
   * For how long the process did not run since then, in milliseconds; 0 = it ran all the time. It holds at the first moment after a
   * freeze too, whichever timer fires first.
   * @param since by the monotonic clock
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

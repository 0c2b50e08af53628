import { type Clock, machineClock } from '#lib/platform/clock.ts'

/**
 * Minimum delay of a timer, milliseconds, that means that the process was frozen. Garbage collection and long
 * computations take less.
 */
const FREEZE_MS = 2_000
const BEAT_MS = 500
/** Time after which freezes are forgotten, milliseconds. It is longer than any poll. */
const KEPT_MS = 10 * 60_000

/**
 * Detects times in which this process did not run, because it was stopped, its machine was paused, or a computation
 * blocked it. If a poll times out after such a time, Azure is not the cause.
 */
export class ProcessFreezeWatch {
  readonly #clock: Clock
  readonly #timer: NodeJS.Timeout
  #lastBeat: number
  #freezes: { from: number; to: number }[] = []

  constructor(clock: Clock = machineClock) {
    this.#clock = clock
    this.#lastBeat = clock.monotonic()
    this.#timer = setInterval(() => this.#beat(), BEAT_MS)
    this.#timer.unref()
  }

  /**
   * Returns for how many milliseconds this process was frozen since a moment (at most `KEPT_MS` ago); 0 = no freeze.
   * Pauses shorter than `FREEZE_MS` do not count. The result is correct even directly after a freeze, before the timer
   * of this class has fired.
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

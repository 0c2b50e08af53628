import type { Bounds } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'

/**
 * Minimum difference in milliseconds that counts as a clock step. Slewing (500 ppm) cannot cause it between two checks,
 * and the bounds of a sample cannot hide it.
 */
const STEP_MS = 1_000

export interface ClockStep {
  /** milliseconds by which the wall clock was changed, forward > 0 */
  steppedMs: number
  /** times of the previous check and of this check, by a clock that was not changed */
  between: Bounds
}

/** Compares the wall clock with the monotonic clock (docs/rules/detection.md 1.1). */
export class ClockWatch {
  readonly #clock: Clock
  readonly #datedBy: Pick<Clock, 'now'>
  #wall: number
  #monotonic: number

  /**
   * @param datedBy the database's clock, which dates the event, because the changed clock may be hours in the future
   */
  constructor(clock: Clock, datedBy: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#datedBy = datedBy
    this.#wall = clock.now()
    this.#monotonic = clock.monotonic()
  }

  /** Reports a change of the wall clock since the last check; null = no change. */
  check(): ClockStep | null {
    const wall = this.#clock.now()
    const monotonic = this.#clock.monotonic()
    const elapsed = monotonic - this.#monotonic
    const steppedMs = Math.round(wall - this.#wall - elapsed)
    this.#wall = wall
    this.#monotonic = monotonic
    if (Math.abs(steppedMs) <= STEP_MS) return null
    const now = this.#datedBy.now()
    return { steppedMs, between: { earliest: Math.floor(now - elapsed), latest: Math.ceil(now) } }
  }
}

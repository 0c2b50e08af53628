import type { TimestampBounds } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'

/**
 * Minimum change of the difference between the wall clock and the monotonic clock between two checks, milliseconds. A
 * change of at least this size means that the wall clock was set. Slow corrections by NTP (500 ppm) stay below it
 * between two checks.
 */
const STEP_MS = 1_000

export interface ClockStep {
  /** Milliseconds by which the clock was changed; positive = forward. */
  steppedMs: number
  /** Times of the last check before the change and of this check, by the database's clock, which was not changed. */
  between: TimestampBounds
}

/**
 * Detects that this machine's clock was set, by comparing it with the monotonic clock (docs/rules/detection.md 1.1).
 */
export class ClockWatch {
  readonly #clock: Clock
  readonly #datedBy: Pick<Clock, 'now'>
  #wall: number
  #monotonic: number

  /**
   * @param datedBy the database's clock, which gives the event its time, because the changed clock may be hours wrong
   */
  constructor(clock: Clock, datedBy: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#datedBy = datedBy
    this.#wall = clock.now()
    this.#monotonic = clock.monotonic()
  }

  /** Returns the change of the clock since the last check; null = it was not changed. */
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

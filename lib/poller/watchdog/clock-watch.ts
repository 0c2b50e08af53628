import type { Bounds } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'

/** A difference that slewing (500 ppm) does not make between two checks, and that a sample's bounds can not hide. */
const STEP_MS = 1_000

export interface ClockStep {
  /** by how much the wall clock was set, forward > 0 */
  steppedMs: number
  /** between the former check and this one, by a clock that was not set */
  between: Bounds
}

/** Watches the wall clock against the one that only goes forward (docs/rules/detection.md 1.1). */
export class ClockWatch {
  readonly #clock: Clock
  readonly #datedBy: Pick<Clock, 'now'>
  #wall: number
  #monotonic: number

  /** @param datedBy the database's: a step by two hours is no event of two hours from now */
  constructor(clock: Clock, datedBy: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#datedBy = datedBy
    this.#wall = clock.now()
    this.#monotonic = clock.monotonic()
  }

  /** Whether the wall clock was set since the last check; null = it was not. */
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

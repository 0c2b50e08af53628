import type { Clock, EpochMs } from '../clock.ts'

/** A clock that advances only when a test sets it. */
export type ManualClock = Clock & {
  /** Moves wall and monotonic time forward by `ms` (>= 0). */
  advance(ms: number): void
  /** Steps only the wall clock, as an NTP correction does; it may go backwards. */
  step(to: EpochMs): void
}

/** Creates a clock. @param start initial wall time */
export function manualClock(start: EpochMs): ManualClock {
  let wall = start
  let elapsed = 0
  return {
    now: () => wall,
    monotonic: () => elapsed,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock can't be advanced by ${ms} ms`)
      wall += ms
      elapsed += ms
    },
    step(to) {
      wall = to
    },
  }
}

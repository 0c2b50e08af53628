/** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock. */
export type EpochMs = number

/**
 * Where code gets its time from. Wall time dates things; monotonic time measures how long they took,
 * because the wall clock may step while something runs.
 */
export type Clock = {
  /** Wall clock, epoch milliseconds UTC. */
  now(): EpochMs
  /** Milliseconds from an arbitrary origin, never going backwards. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** A clock that only moves when told to; for tests. */
export type ManualClock = Clock & {
  /** Moves wall and monotonic time forward by `ms` (>= 0). */
  advance(ms: number): void
  /** Steps the wall clock alone, as an NTP correction does; may go backwards. */
  step(to: EpochMs): void
}

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

/** A clock that always says `at`. */
export function fixedClock(at: EpochMs): Clock {
  return { now: () => at, monotonic: () => 0 }
}

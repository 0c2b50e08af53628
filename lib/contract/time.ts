/** Milliseconds since 1970-01-01T00:00:00Z, UTC. The only form of an instant inside the code. */
export type EpochMs = number

/** A closed pair of bounds: the true instant lies in [earliest, latest]. Never collapsed to a midpoint. */
export interface Bounds {
  earliest: EpochMs
  latest: EpochMs
}

/**
 * A wall clock that dates polls. Between two polls of one machine `bootedAt` differs by as much as the clock was set in between:
 * it is when the machine was started, as that clock says it.
 */
export interface DatingClock {
  machine: string
  bootedAt: EpochMs
}

/**
 * The lower bound of a state that monitoring began with: it may have begun at any time before. At the API it
 * reads `1970-01-01T00:00:00.000Z`, a bound that is true and claims nothing; screens write "before" and the upper bound.
 */
export const BEFORE_MONITORING: EpochMs = 0

/** A closed pair of bounds on a length of time, in milliseconds. */
export interface DurationBounds {
  minMs: number
  maxMs: number
}

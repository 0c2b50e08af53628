/** Milliseconds since 1970-01-01T00:00:00Z, UTC. The only form of an instant inside the code. */
export type EpochMs = number

/** A closed pair of bounds: the true instant lies in [lo, hi]. Never collapsed to a midpoint. */
export interface Bounds {
  lo: EpochMs
  hi: EpochMs
}

/** A closed pair of bounds on a length of time, in milliseconds. */
export interface DurationBounds {
  minMs: number
  maxMs: number
}

/** Milliseconds since 1970-01-01T00:00:00Z, UTC. The only form of an instant inside the code. */
export type EpochMs = number

/** Durations in milliseconds. DAY is a UTC day; local days may be shorter or longer. */
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

/** Formats an instant as in the API and in SQL parameters. */
export const iso = (at: EpochMs): string => new Date(at).toISOString()

/** First and last instant that a request may contain: years that every clock, calendar and database supports. */
const FIRST_MOMENT: EpochMs = 0
const LAST_MOMENT: EpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Reports whether a number is an instant in the years 1970 to 9999 (UTC), in whole milliseconds. */
export const isMoment = (at: unknown): at is EpochMs =>
  Number.isSafeInteger(at) && (at as EpochMs) >= FIRST_MOMENT && (at as EpochMs) <= LAST_MOMENT

/** Error message for an instant outside the years 1970 to 9999. */
export const MOMENT_RANGE = 'send an instant of the years 1970 to 9999 (UTC) such as 2026-11-20T03:12:00Z'

/**
 * Maximum difference in milliseconds between clocks that count as synchronized. Machines with a time service differ by
 * a few milliseconds, so the end of a poll may be slightly later than the database's clock when the poll is committed.
 * A time that is further in the future than this has no valid age and must not be used for a result.
 */
export const CLOCK_TOLERANCE_MS = 2_000

/** Closed pair of bounds: the true instant lies in [earliest, latest]. Bounds are never reduced to a midpoint. */
export interface Bounds {
  earliest: EpochMs
  latest: EpochMs
}

/** Formats bounds as in the API. A missing lower bound is written as 1970. */
export const isoBounds = ({ earliest, latest }: Bounds): [string, string] => [
  iso(Number.isFinite(earliest) ? earliest : BEFORE_MONITORING),
  iso(latest),
]

/** Reports whether two closed intervals have an instant in common. */
export const overlaps = (a: Bounds, b: Bounds): boolean => a.earliest <= b.latest && b.earliest <= a.latest

/**
 * Wall clock that dates polls. `bootedAt` is the boot time of the machine according to that clock, so between two polls
 * of one machine it differs by the amount by which the clock was set.
 */
export interface DatingClock {
  machine: string
  bootedAt: EpochMs
}

/**
 * Difference of two boot times above which the clock counts as set, in milliseconds. Smaller differences come from
 * reading two clocks one after the other, or from slewing, and are covered by {@link CLOCK_TOLERANCE_MS}.
 */
const CLOCK_STEP_MS = 1_000

/**
 * Returns the amount by which the clock that dates samples was set between two readings, forward > 0, milliseconds. 0
 * for differences up to CLOCK_STEP_MS, and for readings of different or unnamed machines, because the clocks of all
 * workers are assumed to agree.
 */
export function steppedMs(before: DatingClock | null, now: DatingClock | null): number {
  if (!before || !now || before.machine !== now.machine) return 0
  const stepMs = now.bootedAt - before.bootedAt
  return Math.abs(stepMs) > CLOCK_STEP_MS ? stepMs : 0
}

/**
 * Start of a poll, and the wall clock that measured it. `clock` absent = a step of the clock cannot be recognized, so
 * none is assumed.
 */
export interface DatedBegin {
  startedAt: EpochMs
  clock?: DatingClock | undefined
}

/**
 * Corrects the start of a poll if the wall clock was set during the poll: moves the start by the same amount. The new
 * time is used because the old time was wrong, and because the following polls have the new time.
 * @param end the clock at the end of the poll
 */
export function correctForClockStep({ startedAt, clock }: DatedBegin, end: DatingClock | undefined): DatedBegin {
  const stepMs = steppedMs(clock ?? null, end ?? null)
  return stepMs === 0 ? { startedAt, clock } : { startedAt: startedAt + stepMs, clock: end }
}

/**
 * Lower bound of a state that existed when monitoring began, because it may have begun at any earlier time. In the API
 * it is `1970-01-01T00:00:00.000Z`, which is true but gives no information; screens show "before" and the upper bound.
 */
export const BEFORE_MONITORING: EpochMs = 0

/** Closed pair of bounds of a duration, in milliseconds. */
export interface DurationBounds {
  minMs: number
  maxMs: number
}

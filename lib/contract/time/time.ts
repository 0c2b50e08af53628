/** Milliseconds since 1970-01-01T00:00:00Z, UTC. The only form of an instant inside the code. */
export type EpochMs = number

/** Lengths of time, milliseconds. A day is one of UTC: those of a time zone may be shorter and longer. */
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

/** Formats an instant as the API and SQL parameters write it. */
export const iso = (at: EpochMs): string => new Date(at).toISOString()

/** The first and the last instant that can be asked for: years that every clock, calendar and database can write. */
const FIRST_MOMENT: EpochMs = 0
const LAST_MOMENT: EpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Whether a number is an instant of the years 1970 to 9999 (UTC), to the millisecond. */
export const isMoment = (at: unknown): at is EpochMs =>
  Number.isSafeInteger(at) && (at as EpochMs) >= FIRST_MOMENT && (at as EpochMs) <= LAST_MOMENT

/** What to send where an instant lies outside of them. */
export const MOMENT_RANGE = 'send an instant of the years 1970 to 9999 (UTC) such as 2026-11-20T03:12:00Z'

/**
 * Two clocks that differ by less are together, milliseconds: machines that a time service keeps differ by milliseconds, and a poll that is
 * committed at once ends before the database's clock says so. What lies further ahead of now has no age: nothing may rest on it.
 */
export const CLOCK_TOLERANCE_MS = 2_000

/** A closed pair of bounds: the true instant lies in [earliest, latest]. Never collapsed to a midpoint. */
export interface Bounds {
  earliest: EpochMs
  latest: EpochMs
}

/** Formats bounds as the API writes them. A missing lower bound is written as 1970. */
export const isoBounds = ({ earliest, latest }: Bounds): [string, string] => [
  iso(Number.isFinite(earliest) ? earliest : BEFORE_MONITORING),
  iso(latest),
]

/** Whether two closed intervals have an instant in common. */
export const overlaps = (a: Bounds, b: Bounds): boolean => a.earliest <= b.latest && b.earliest <= a.latest

/**
 * A wall clock that dates polls. Between two polls of one machine `bootedAt` differs by as much as the clock was set in between:
 * it is when the machine was started, as that clock says it.
 */
export interface DatingClock {
  machine: string
  bootedAt: EpochMs
}

/** A smaller difference comes from reading two clocks one after the other, or from slewing; the tolerance of ages covers it. */
const CLOCK_STEP_MS = 1_000

/**
 * By how much the clock that dates samples was set between two readings, forward > 0, milliseconds. Readings of different machines, or without
 * a named machine, are compared as they are: the clocks of workers agree.
 */
export function steppedMs(before: DatingClock | null, now: DatingClock | null): number {
  if (!before || !now || before.machine !== now.machine) return 0
  const stepMs = now.bootedAt - before.bootedAt
  return Math.abs(stepMs) > CLOCK_STEP_MS ? stepMs : 0
}

/** When a poll began, and the clock that says so; absent = a clock that nobody sets. */
export interface DatedBegin {
  startedAt: EpochMs
  clock?: DatingClock | undefined
}

/**
 * The begin of a poll as the clock says it when the poll ends: who sets a clock sets it right, and the polls that follow are dated by it.
 * @param end the clock when the poll ends
 */
export function correctForClockStep({ startedAt, clock }: DatedBegin, end: DatingClock | undefined): DatedBegin {
  const stepMs = steppedMs(clock ?? null, end ?? null)
  return stepMs === 0 ? { startedAt, clock } : { startedAt: startedAt + stepMs, clock: end }
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

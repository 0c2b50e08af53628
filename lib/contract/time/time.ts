/** Instant in milliseconds since 1970-01-01T00:00:00Z. The code uses no other form of an instant. */
export type EpochMs = number

/** Durations in milliseconds. DAY is a day of 24 hours; local days may be shorter or longer. */
export const MS_PER_SECOND = 1_000
export const MS_PER_MINUTE = 60 * MS_PER_SECOND
export const MS_PER_HOUR = 60 * MS_PER_MINUTE
export const MS_PER_DAY = 24 * MS_PER_HOUR
export const MS_PER_WEEK = 7 * MS_PER_DAY

/** Formats an instant as ISO 8601 text in UTC, as the API and SQL parameters require. */
export const formatIso = (at: EpochMs): string => new Date(at).toISOString()

/**
 * First and last instant that a request may contain. All clocks, calendars and databases support the years between
 * them.
 */
const FIRST_MOMENT: EpochMs = 0
const LAST_MOMENT: EpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Reports whether a number is an instant in the years 1970 to 9999 (UTC), in whole milliseconds. */
export const isValidInstant = (at: unknown): at is EpochMs =>
  Number.isSafeInteger(at) && (at as EpochMs) >= FIRST_MOMENT && (at as EpochMs) <= LAST_MOMENT

/** Error message for an instant outside the years 1970 to 9999. */
export const INSTANT_RANGE_FAULT = 'send an instant of the years 1970 to 9999 (UTC) such as 2026-11-20T03:12:00Z'

/**
 * Maximum difference in milliseconds between clocks that count as synchronized. Machines with a time service differ by
 * a few milliseconds. Therefore a poll may end slightly later than the database's clock shows when the poll is
 * recorded. A time that is further in the future than this is wrong and must not be used.
 */
export const CLOCK_TOLERANCE_MS = 2_000

/**
 * Bounds of an unknown instant, which is at or after `earliest` and at or before `latest`. The code never reduces
 * bounds to their middle.
 */
export interface TimestampBounds {
  earliest: EpochMs
  latest: EpochMs
}

/**
 * Formats bounds as two ISO 8601 texts, as the API requires. A lower bound that is not finite is written as 1970, which
 * means "before monitoring".
 */
export const convertBoundsToIso = ({ earliest, latest }: TimestampBounds): [string, string] => [
  formatIso(Number.isFinite(earliest) ? earliest : INSTANT_BEFORE_MONITORING),
  formatIso(latest),
]

/** Reports whether two closed intervals have an instant in common. */
export const doTimestampBoundsOverlap = (a: TimestampBounds, b: TimestampBounds): boolean =>
  a.earliest <= b.latest && b.earliest <= a.latest

/**
 * Clock of the machine that makes a poll, which determines the poll's times. `bootedAt` is the boot time of the machine
 * according to this clock. If the clock is set, `bootedAt` changes by the same amount, so two polls of one machine show
 * by how much it was set.
 */
export interface PollMachineClock {
  machine: string
  bootedAt: EpochMs
}

/**
 * Difference of two boot times in milliseconds up to which the clock does not count as set. Such small differences come
 * from the measurement itself or from slewing (gradual correction). {@link CLOCK_TOLERANCE_MS} covers them.
 */
const CLOCK_STEP_MS = 1_000

/**
 * Returns the amount in milliseconds by which a machine's clock was set between two polls; positive = set forward. It
 * is 0 for differences up to CLOCK_STEP_MS. It is also 0 if the polls come from different or unknown machines, because
 * the clocks of all workers are assumed to agree.
 */
export function computeClockStepMs(before: PollMachineClock | null, now: PollMachineClock | null): number {
  if (!before || !now || before.machine !== now.machine) return 0
  const stepMs = now.bootedAt - before.bootedAt
  return Math.abs(stepMs) > CLOCK_STEP_MS ? stepMs : 0
}

/**
 * Start of a poll, with the clock that measured it. If `clock` is absent, Peerwatch assumes that the clock was not set
 * during the poll, because it cannot find out.
 */
export interface PollStartWithClock {
  startedAt: EpochMs
  clock?: PollMachineClock | undefined
}

/**
 * Returns the start of a poll, corrected if the clock was set during the poll: the start is moved by the same amount.
 * The clock's new time is used, because the later polls use it too.
 * @param end the clock at the end of the poll
 */
export function correctForClockStep(
  { startedAt, clock }: PollStartWithClock,
  end: PollMachineClock | undefined,
): PollStartWithClock {
  const stepMs = computeClockStepMs(clock ?? null, end ?? null)
  return stepMs === 0 ? { startedAt, clock } : { startedAt: startedAt + stepMs, clock: end }
}

/**
 * Lower bound of the start of a state that already existed when monitoring began. It means "at any earlier time". In
 * the API it is `1970-01-01T00:00:00.000Z`; screens show the word "before" and the upper bound.
 */
export const INSTANT_BEFORE_MONITORING: EpochMs = 0

/** Bounds of a duration in milliseconds, both inclusive. */
export interface DurationBounds {
  minMs: number
  maxMs: number
}

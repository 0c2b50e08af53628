import { type TimestampBounds, type EpochMs, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'

/** Formats epoch milliseconds for Postgres: as a value, in arrays and in JSON. */
export function formatIsoTime(at: EpochMs): string
export function formatIsoTime(at: EpochMs | null): string | null
export function formatIsoTime(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** Converts a `timestamptz` of a result row to milliseconds. */
export function toEpochMs(at: Date): EpochMs
export function toEpochMs(at: Date | null): EpochMs | null
export function toEpochMs(at: Date | null): EpochMs | null {
  return at === null ? null : at.getTime()
}

/**
 * Converts an interval from seconds, as stored in Postgres, to milliseconds. The result is rounded, because floating
 * point gives 64.597 × 1,000 as slightly less than 64,597. A usual interval may end in half a millisecond, because it
 * is a median.
 * @returns milliseconds, with microsecond precision; 0 for null
 */
export const convertSecondsToMs = (seconds: number | null): number => Math.round((seconds ?? 0) * 1_000_000) / 1_000

type Instant = Date | EpochMs

/**
 * Returns bounds from two columns. If `earliest` is null, the time may be before monitoring began. If `latest` is null,
 * the result is null.
 */
export function createTimeBoundsFromColumns(earliest: Instant | null, latest: Instant): TimestampBounds
export function createTimeBoundsFromColumns(earliest: Instant | null, latest: Instant | null): TimestampBounds | null
export function createTimeBoundsFromColumns(earliest: Instant | null, latest: Instant | null): TimestampBounds | null {
  return latest === null ? null : { earliest: Number(earliest ?? INSTANT_BEFORE_MONITORING), latest: Number(latest) }
}

/** Returns the later of two times. If the second one is null, returns the first. */
export function pickLater(a: EpochMs, b: EpochMs | null): EpochMs {
  return b === null ? a : Math.max(a, b)
}

export type { TimeInterval as Period } from '#lib/contract/time/time-spans.ts'

/**
 * Columns with the bounds of an interval: starts and ends of the polls between which it began and ended; `first_absent`
 * null = ongoing.
 */
export interface PresenceBoundColumns {
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

/** A row as JSON in the format of `to_jsonb`, in which times are texts. */
export type JsonRow<Row> = { [Name in keyof Row]: Exclude<Row[Name], Date> | (Date extends Row[Name] ? string : never) }

/** Columns with the bounds of a begin and of an end, as `queryRowsInCamelCase` returns them; null end = ongoing. */
export interface BeginEndColumns {
  startedEarliest: EpochMs
  startedLatest: EpochMs
  endedEarliest: EpochMs | null
  endedLatest: EpochMs | null
}

/** Returns a row in which `started` and `ended` replace the four columns of bounds. */
export function replaceBoundColumns<Row extends BeginEndColumns>(row: Row) {
  const { startedEarliest, startedLatest, endedEarliest, endedLatest, ...rest } = row
  return {
    ...rest,
    started: createTimeBoundsFromColumns(startedEarliest, startedLatest),
    ended: createTimeBoundsFromColumns(endedEarliest, endedLatest),
  }
}

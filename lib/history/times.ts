import { type Bounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'

/** Formats epoch milliseconds for Postgres: as a value, in arrays and in JSON. */
export function iso(at: EpochMs): string
export function iso(at: EpochMs | null): string | null
export function iso(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** Converts a `timestamptz` of a result row to milliseconds. */
export function ms(at: Date): EpochMs
export function ms(at: Date | null): EpochMs | null
export function ms(at: Date | null): EpochMs | null {
  return at === null ? null : at.getTime()
}

/**
 * Converts an interval from seconds, as stored in Postgres, to milliseconds. It is rounded, because 64.597 times 1,000
 * is less than 64,597 in binary. A usual interval may end in half a millisecond, because it is a median.
 * @returns milliseconds, with microsecond precision; 0 for null
 */
export const msOfSeconds = (seconds: number | null): number => Math.round((seconds ?? 0) * 1_000_000) / 1_000

type Instant = Date | EpochMs

/**
 * Returns bounds from two columns. Without `earliest` the time may be before monitoring began; without `latest` the
 * result is null.
 */
export function boundsOf(earliest: Instant | null, latest: Instant): Bounds
export function boundsOf(earliest: Instant | null, latest: Instant | null): Bounds | null
export function boundsOf(earliest: Instant | null, latest: Instant | null): Bounds | null {
  return latest === null ? null : { earliest: Number(earliest ?? BEFORE_MONITORING), latest: Number(latest) }
}

/** Returns the later of two times, one of which may be missing. */
export function later(a: EpochMs, b: EpochMs | null): EpochMs {
  return b === null ? a : Math.max(a, b)
}

export type { TimeSpan as Period } from '#lib/contract/time/spans.ts'

/** Columns of an interval: start and end of the polls between which it began and ended; no `first_absent` = ongoing. */
export interface SpanColumns {
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

/** A row in the format of `to_jsonb`. */
export type JsonOf<Row> = { [Name in keyof Row]: Exclude<Row[Name], Date> | (Date extends Row[Name] ? string : never) }

/** Columns with bounds of a begin and an end, as read by `readRows`; no end = ongoing. */
export interface LastingFields {
  startedEarliest: EpochMs
  startedLatest: EpochMs
  endedEarliest: EpochMs | null
  endedLatest: EpochMs | null
}

/** Returns a row with its begin and end as bounds. */
export function withLasting<Row extends LastingFields>(row: Row) {
  const { startedEarliest, startedLatest, endedEarliest, endedLatest, ...rest } = row
  return { ...rest, started: boundsOf(startedEarliest, startedLatest), ended: boundsOf(endedEarliest, endedLatest) }
}

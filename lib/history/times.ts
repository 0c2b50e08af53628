import { type Bounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'

/** Milliseconds as Postgres reads them, alone, in arrays and in JSON. */
export function iso(at: EpochMs): string
export function iso(at: EpochMs | null): string | null
export function iso(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** A `timestamptz` of a result row. */
export function ms(at: Date): EpochMs
export function ms(at: Date | null): EpochMs | null
export function ms(at: Date | null): EpochMs | null {
  return at === null ? null : at.getTime()
}

/**
 * An interval that Postgres keeps in seconds: 64.597 times 1,000 is less than 64,597 in binary. A usual interval may have half a millisecond, as
 * the middle of an even number of distances.
 * @returns ms, to the microsecond; null is 0
 */
export const msOfSeconds = (seconds: number | null): number => Math.round((seconds ?? 0) * 1_000_000) / 1_000

type Instant = Date | EpochMs

/** The bounds that two columns are; no earliest one = before monitoring, no latest one = there is nothing. */
export function boundsOf(earliest: Instant | null, latest: Instant): Bounds
export function boundsOf(earliest: Instant | null, latest: Instant | null): Bounds | null
export function boundsOf(earliest: Instant | null, latest: Instant | null): Bounds | null {
  return latest === null ? null : { earliest: Number(earliest ?? BEFORE_MONITORING), latest: Number(latest) }
}

/** The later of two instants, of which one may be missing. */
export function later(a: EpochMs, b: EpochMs | null): EpochMs {
  return b === null ? a : Math.max(a, b)
}

export type { TimeSpan as Period } from '#lib/contract/time/spans.ts'

/** Columns of an interval: between which polls it began and ended; no `first_absent` = it lasts. */
export interface SpanColumns {
  last_absent: Date | null
  first_present: Date
  last_present: Date
  first_absent: Date | null
}

/** A row as `to_jsonb` writes it. */
export type JsonOf<Row> = { [Name in keyof Row]: Exclude<Row[Name], Date> | (Date extends Row[Name] ? string : never) }

/** Columns of what has a begin and an end, each as bounds, as `readRows` reads them; no end = it goes on. */
export interface LastingFields {
  startedEarliest: EpochMs
  startedLatest: EpochMs
  endedEarliest: EpochMs | null
  endedLatest: EpochMs | null
}

/** A row, and what it lasts. */
export function withLasting<Row extends LastingFields>(row: Row) {
  const { startedEarliest, startedLatest, endedEarliest, endedLatest, ...rest } = row
  return { ...rest, started: boundsOf(startedEarliest, startedLatest), ended: boundsOf(endedEarliest, endedLatest) }
}

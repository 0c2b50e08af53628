import type { EpochMs } from '#lib/contract/index.ts'

/** The time that a line states, as far as it says what it means. */
export type StatedTime =
  /** with a year and a zone, or one that follows from its zone */
  | { kind: 'instant'; at: EpochMs }
  /** without a zone: a reading of the router's clock, as if it were UTC; `year` null = none is stated (RFC 3164 section 4.1.2) */
  | { kind: 'local'; asUtc: EpochMs; year: number | null }

export interface SyslogTime {
  year: number | null
  /** 0 = January */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

const HALF_A_YEAR_MS = 183 * 24 * 60 * 60_000

/** A date that does not exist has no time. */
function utcOf({ month, day, hour, minute, second, millisecond }: SyslogTime, year: number): EpochMs | null {
  // a leap second counts as the one before it
  const at = Date.UTC(year, month, day, hour, minute, Math.min(second, 59), millisecond)
  const read = new Date(at)
  const isReal = read.getUTCMonth() === month && read.getUTCDate() === day && hour < 24 && minute < 60 && second < 61
  return isReal ? at : null
}

/**
 * What a line states, read when it arrived. Of a time without a year the year is the one that brings it nearest to the arrival.
 * @param offsetMs of the stated zone; null = none is stated, or one whose name means several
 * @returns null for a date that does not exist
 */
export function statedTime(time: SyslogTime, offsetMs: number | null, arrival: EpochMs): StatedTime | null {
  const around = new Date(arrival).getUTCFullYear()
  const years = time.year === null ? [around, around - 1, around + 1] : [time.year]
  const candidates = years.flatMap((year) => utcOf(time, year) ?? [])
  const asUtc = candidates.find((at) => time.year !== null || Math.abs(at - arrival) <= HALF_A_YEAR_MS)
  if (asUtc === undefined) return null
  return offsetMs === null ? { kind: 'local', asUtc, year: time.year } : { kind: 'instant', at: asUtc - offsetMs }
}

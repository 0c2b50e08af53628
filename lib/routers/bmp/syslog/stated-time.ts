import type { EpochMs } from '#lib/contract/index.ts'

/** Time in a line: an instant if the line states the zone, otherwise a local time. */
export type StatedTime =
  /** a time with a zone; if the line has no year, the year was derived from the arrival */
  | { kind: 'instant'; at: EpochMs }
  /** a time without a zone, read as if it were UTC; `year` null = not stated (RFC 3164 section 4.1.2) */
  | { kind: 'local'; asUtc: EpochMs; year: number | null }

export interface SyslogTime {
  year: number | null
  /** month, 0 = January */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

const HALF_A_YEAR_MS = 183 * 24 * 60 * 60_000

/** Returns the time as UTC; null if the date does not exist. */
function utcOf({ month, day, hour, minute, second, millisecond }: SyslogTime, year: number): EpochMs | null {
  // a leap second (60) counts as second 59
  const at = Date.UTC(year, month, day, hour, minute, Math.min(second, 59), millisecond)
  const read = new Date(at)
  const isReal = read.getUTCMonth() === month && read.getUTCDate() === day && hour < 24 && minute < 60 && second < 61
  return isReal ? at : null
}

/**
 * Returns the time that a line states. If the line has no year, the time gets the year in which it is nearest to the
 * arrival.
 * @param offsetMs offset of the stated zone; null = not stated, or a zone name with several meanings
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

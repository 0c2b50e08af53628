import type { EpochMs } from '#lib/contract/index.ts'

/** The time in a log line: an instant if its time zone is known, otherwise a local time. */
export type SyslogStatedTime =
  /** A time with a time zone. If the line contained no year, the year follows from the arrival of the line. */
  | { kind: 'instant'; at: EpochMs }
  /**
   * A local time without a time zone, converted as if it were UTC. `year` null = the line contains no year (RFC 3164
   * section 4.1.2).
   */
  | { kind: 'local'; asUtc: EpochMs; year: number | null }

export interface SyslogTimeComponents {
  year: number | null
  /** Month; 0 = January. */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

const HALF_A_YEAR_MS = 183 * 24 * 60 * 60_000

/** Converts a time to epoch milliseconds as if it were UTC; null if the date does not exist. */
function utcOf({ month, day, hour, minute, second, millisecond }: SyslogTimeComponents, year: number): EpochMs | null {
  // second 60 (a leap second) counts as second 59
  const at = Date.UTC(year, month, day, hour, minute, Math.min(second, 59), millisecond)
  const read = new Date(at)
  const isReal = read.getUTCMonth() === month && read.getUTCDate() === day && hour < 24 && minute < 60 && second < 61
  return isReal ? at : null
}

/**
 * Converts the time in a line. If it has no year, the year is used in which it is closest to the arrival.
 * @param offsetMs offset of the time zone in the line; null = there is no time zone, or its name is ambiguous
 * @returns null if the date does not exist
 */
export function resolveStatedTime(
  time: SyslogTimeComponents,
  offsetMs: number | null,
  arrival: EpochMs,
): SyslogStatedTime | null {
  const around = new Date(arrival).getUTCFullYear()
  const years = time.year === null ? [around, around - 1, around + 1] : [time.year]
  const candidates = years.flatMap((year) => utcOf(time, year) ?? [])
  const asUtc = candidates.find((at) => time.year !== null || Math.abs(at - arrival) <= HALF_A_YEAR_MS)
  if (asUtc === undefined) return null
  return offsetMs === null ? { kind: 'local', asUtc, year: time.year } : { kind: 'instant', at: asUtc - offsetMs }
}

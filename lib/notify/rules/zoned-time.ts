import type { EpochMs } from '#lib/contract/index.ts'
import { convertLocalToInstant as instantOfLocal, convertInstantToLocal } from '#lib/contract/time/local-time.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/** Local date and time of day in a time zone. */
export interface LocalTime {
  /** days since 1970-01-01 in the local calendar */
  day: number
  /** weekday, 0 = Monday */
  weekday: number
  /** whole minutes since local midnight on the clock, 0 to 1,439 */
  minutes: number
}

/** Weekday of 1970-01-01, which was a Thursday (0 = Monday). */
const FIRST_WEEKDAY = 3

/**
 * Returns the local date and time in a zone.
 * @param zone IANA name
 */
export function convertToLocalTime(at: EpochMs, zone: string): LocalTime {
  const wall = convertInstantToLocal(at, zone)
  const day = Math.floor(wall / MS_PER_DAY)
  return { day, weekday: (day + FIRST_WEEKDAY) % 7, minutes: Math.floor((wall - day * MS_PER_DAY) / MS_PER_MINUTE) }
}

/**
 * Returns the time at which the clock of a zone shows a local date and time. If the clock shows it twice (end of
 * daylight saving time), returns the earlier time. If the clock skips it, the result is later by the skipped amount.
 * @param day days since 1970-01-01 in the local calendar
 * @param minutes minutes since local midnight; 1,440 = the following midnight
 */
export const convertFromLocalTime = ({ day, minutes }: Pick<LocalTime, 'day' | 'minutes'>, zone: string): EpochMs =>
  instantOfLocal(day * MS_PER_DAY + minutes * MS_PER_MINUTE, zone)

/** Returns the days since 1970-01-01 of a date such as 2026-11-23. */
export const parseDayNumber = (date: string): number => Date.parse(`${date}T00:00:00.000Z`) / MS_PER_DAY

/** Returns the minutes since midnight of a time such as 08:30; 24:00 is 1,440. */
export function parseMinutesOfDay(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

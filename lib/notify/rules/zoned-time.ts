import type { EpochMs } from '#lib/contract/index.ts'
import { instantOf as instantOfLocal, localAt } from '#lib/contract/time/local-time.ts'
import { DAY, MINUTE } from '#lib/contract/time/time.ts'

/** A wall clock in some zone. */
export interface LocalTime {
  /** days since 1970-01-01 by the local calendar */
  day: number
  /** 0 = Monday */
  weekday: number
  /** whole minutes since local midnight by the clock on the wall, 0 to 1,439 */
  minutes: number
}

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3

/** What calendar and clock show in a zone at an instant. @param zone IANA name */
export function localTime(at: EpochMs, zone: string): LocalTime {
  const wall = localAt(at, zone)
  const day = Math.floor(wall / DAY)
  return { day, weekday: (day + FIRST_WEEKDAY) % 7, minutes: Math.floor((wall - day * DAY) / MINUTE) }
}

/**
 * The instant at which a zone's clock shows a time. A time that comes twice is the earlier of both; one that a clock leaves out is as
 * much later as it leaves out.
 * @param day days since 1970-01-01 by the local calendar
 * @param minutes since local midnight; 1,440 = midnight after it
 */
export const zonedInstant = ({ day, minutes }: Pick<LocalTime, 'day' | 'minutes'>, zone: string): EpochMs =>
  instantOfLocal(day * DAY + minutes * MINUTE, zone)

/** Days since 1970-01-01 of a date such as 2026-11-23. */
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00.000Z`) / DAY

/** Minutes since midnight of a clock such as 08:30; 24:00 is 1,440. */
export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

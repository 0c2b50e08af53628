import type { EpochMs } from '#lib/contract/index.ts'

/** A wall clock in some zone. */
export interface LocalTime {
  /** days since 1970-01-01 by the local calendar */
  day: number
  /** 0 = Monday */
  weekday: number
  /** whole minutes since local midnight by the clock on the wall, 0 to 1,439 */
  minutes: number
}

const DAY = 86_400_000
const MINUTE = 60_000
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = formats.get(zone)
  if (kept) return kept
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, made)
  return made
}

/** The clock on the wall as if it were UTC: what it is ahead of an instant is the zone's offset then. */
function wallClock(at: EpochMs, zone: string): EpochMs {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** What calendar and clock show in a zone at an instant. @param zone IANA name */
export function localTime(at: EpochMs, zone: string): LocalTime {
  const wall = wallClock(at, zone)
  const day = Math.floor(wall / DAY)
  return { day, weekday: (day + FIRST_WEEKDAY) % 7, minutes: Math.floor((wall - day * DAY) / MINUTE) }
}

/**
 * The instant at which a zone's clock shows a time. A time that comes twice is the earlier of both; one that a clock leaves out is as
 * much later as it leaves out.
 * @param day days since 1970-01-01 by the local calendar
 * @param minutes since local midnight; 1,440 = midnight after it
 * @source RFC 5545, section 3.3.5 (form 3)
 */
export function instantOf({ day, minutes }: Pick<LocalTime, 'day' | 'minutes'>, zone: string): EpochMs {
  const wall = day * DAY + minutes * MINUTE
  const offsetAt = (at: EpochMs) => wallClock(at, zone) - Math.floor(at / 1_000) * 1_000
  const [before, after] = [offsetAt(wall - DAY), offsetAt(wall + DAY)]
  const candidates = [wall - Math.max(before, after), wall - Math.min(before, after)]
  return candidates.find((at) => wallClock(at, zone) === wall) ?? wall - before
}

/** Days since 1970-01-01 of a date such as 2026-11-23. */
export const dayOf = (date: string): number => Date.parse(`${date}T00:00:00.000Z`) / DAY

/** Minutes since midnight of a clock such as 08:30; 24:00 is 1,440. */
export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

import { type EpochMs, instantOf, type LocalMs, localAt, parseLocal, type Zone } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { ContentLine } from './content-lines.ts'
import type { ZoneNames } from './zones.ts'

/** A value of an event can't be read: the event is left out, and the message says why. */
export class EventError extends Error {
  override name = 'EventError'
}

/** A time in a calendar, by the clocks of a zone. */
export interface CalendarTime {
  local: LocalMs
  zone: Zone
  /** a day without a time of day */
  isDay: boolean
}

export const instantOfTime = ({ local, zone }: CalendarTime): EpochMs => instantOf(local, zone)

/**
 * A value of DTSTART and its kin: a day, a time in UTC, in a zone, or without one, which is read in `floating`.
 * @throws EventError
 */
export function readTime(
  value: string,
  { parameters }: Pick<ContentLine, 'parameters'>,
  zones: ZoneNames,
  floating: Zone,
): CalendarTime {
  const [, year, month, day, time, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value.trim()) ?? []
  // a leap second is the next minute
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}`
  const local = parseLocal(`${year}-${month}-${day}${time ? `T${clock}` : ''}`)
  if (local === null) throw new EventError(`"${value.slice(0, 40)}" is no time`)
  if (utc) return { local, zone: 'UTC', isDay: false }
  const name = parameters.get('TZID')
  const zone = name === undefined ? floating : zones(name)
  if (zone === null) throw new EventError(`its time zone ${name} is not known`)
  return { local, zone, isDay: !time }
}

/** The same instant by the clocks of another zone. */
export const timeIn = (time: CalendarTime, zone: Zone): LocalMs =>
  time.zone === zone ? time.local : localAt(instantOfTime(time), zone)

/** A DURATION in milliseconds, such as `PT4H` or `P1D` (RFC 5545 section 3.3.6). @throws EventError */
export function readCalendarDuration(value: string): number {
  const [text, sign, weeks, days, hours, minutes, seconds] =
    /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value.trim()) ?? []
  if (text === undefined || /P$|T$/.test(text)) throw new EventError(`"${value.slice(0, 40)}" is no duration`)
  const of = (number: string | undefined) => Number(number ?? 0)
  const ms = (of(weeks) * 7 + of(days)) * DAY + of(hours) * 3_600_000 + of(minutes) * 60_000 + of(seconds) * 1_000
  return sign === '-' ? -ms : ms
}

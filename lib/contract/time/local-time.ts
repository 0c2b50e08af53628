import { MS_PER_DAY, type EpochMs } from './time.ts'

/**
 * Local time without a time zone, in milliseconds. It is encoded as if it were UTC, so that days and months can be
 * added without regard to clock changes.
 */
export type LocalMs = number

/**
 * Time zone: an IANA name, or a function that returns the offset from UTC in milliseconds at an instant. Imported texts
 * (for example calendars) define their zones by such a function. An offset is valid only for its instant and must not
 * be reused for another instant.
 */
export type TimeZoneOrOffsetFunction = string | { offsetAt: (at: EpochMs) => number }

const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * Returns the date format of a time zone. It is created once per zone, because creation is slow.
 * @throws RangeError for a zone that the runtime does not know
 */
function formatOf(zone: string): Intl.DateTimeFormat {
  // The name is cached in lower case, so that imported texts with different spellings do not add many formats.
  const key = zone.toLowerCase()
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(key, format)
  }
  return format
}

/**
 * Returns the local time in a time zone at an instant.
 * @throws RangeError for an unknown zone
 */
export function convertInstantToLocal(at: EpochMs, zone: TimeZoneOrOffsetFunction): LocalMs {
  if (zone === 'UTC') return at
  if (typeof zone !== 'string') return at + zone.offsetAt(at)
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = value
  const time = `${part.hour}:${part.minute}:${part.second}`
  const ms = ((at % 1_000) + 1_000) % 1_000
  return Date.parse(`${part.year?.padStart(4, '0')}-${part.month}-${part.day}T${time}Z`) + ms
}

/**
 * Returns the offset of a time zone from UTC at an instant, in milliseconds; positive = ahead of UTC.
 * @throws RangeError for an unknown zone
 */
const offsetAt = (at: EpochMs, zone: TimeZoneOrOffsetFunction): number => convertInstantToLocal(at, zone) - at

/**
 * Returns the instants at which clocks in a time zone show a local time, in order. The result is empty if a clock
 * change skips this time, and has two instants if the time occurs twice (ADR 0224).
 * @throws RangeError for an unknown zone
 */
export function listInstantsOfLocalTime(local: LocalMs, zone: TimeZoneOrOffsetFunction): EpochMs[] {
  // The offsets one day before and one day after are sufficient, because no zone changes its offset twice within two
  // days and every offset is less than one day.
  const around = [local - offsetAt(local - MS_PER_DAY, zone), local - offsetAt(local + MS_PER_DAY, zone)]
  return [...new Set(around)].filter((at) => convertInstantToLocal(at, zone) === local).toSorted((a, b) => a - b)
}

/**
 * Returns the instant at which clocks in a time zone show a local time. If the time occurs twice, the first instant is
 * returned. If a clock change skips the time, the offset before the change is used, so that 02:30 in the skipped hour
 * becomes 03:30 (RFC 5545 section 3.3.5).
 * @throws RangeError for an unknown zone
 */
export const convertLocalToInstant = (local: LocalMs, zone: TimeZoneOrOffsetFunction): EpochMs =>
  listInstantsOfLocalTime(local, zone)[0] ?? local - offsetAt(local - MS_PER_DAY, zone)

/** Returns the midnight at the start of a local time's day. */
export const toLocalMidnight = (local: LocalMs): LocalMs => Math.floor(local / MS_PER_DAY) * MS_PER_DAY

/**
 * Parses a fixed offset such as `UTC`, `UTC+5` or `UTC+5:30` as a time zone; null = another form, or more than 14 full
 * hours.
 */
export function parseOffsetZone(text: string): TimeZoneOrOffsetFunction | null {
  const [whole, sign, hours = '0', minutes = '0'] = /^UTC(?:([+−-])(\d{1,2})(?::([0-5]\d))?)?$/i.exec(text) ?? []
  if (whole === undefined || Number(hours) > 14) return null
  if (sign === undefined) return 'UTC'
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '+' ? 1 : -1)
  return { offsetAt: () => ahead }
}

/**
 * Parses a local time such as `2026-12-05T22:00`, with or without seconds; a day alone means its midnight. Null =
 * another form, or no such day or time.
 */
export function parseLocal(text: string): LocalMs | null {
  const [, date, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? []
  const local = Date.parse(`${date}T${time}Z`)
  // Date.parse reads 30 February as 2 March, so the resulting day must be compared with the text.
  return Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date ? null : local
}

/** Returns the day of a local time, `2026-12-05`. */
export const formatLocalDay = (local: LocalMs): string => new Date(local).toISOString().slice(0, 10)

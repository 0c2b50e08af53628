import { DAY, type EpochMs } from './time.ts'

/**
 * Local time without a zone, in milliseconds, encoded as if it were UTC, so that days and months can be added without a
 * zone.
 */
export type LocalMs = number

/**
 * Time zone by its IANA name, or as a function from an imported text that returns the offset from UTC at an instant, in
 * milliseconds. An offset is only valid for its instant and must not be reused for another.
 */
export type Zone = string | { offsetAt: (at: EpochMs) => number }

const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * Returns the date format of a zone, which is created once per zone.
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
 * Returns the local time of a zone at an instant.
 * @throws RangeError for an unknown zone
 */
export function localAt(at: EpochMs, zone: Zone): LocalMs {
  if (zone === 'UTC') return at
  if (typeof zone !== 'string') return at + zone.offsetAt(at)
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = value
  const time = `${part.hour}:${part.minute}:${part.second}`
  const ms = ((at % 1_000) + 1_000) % 1_000
  return Date.parse(`${part.year?.padStart(4, '0')}-${part.month}-${part.day}T${time}Z`) + ms
}

/**
 * Returns the offset of a zone from UTC at an instant, in milliseconds; positive = ahead of UTC.
 * @throws RangeError for an unknown zone
 */
const offsetAt = (at: EpochMs, zone: Zone): number => localAt(at, zone) - at

/**
 * Returns the instants at which the clocks of a zone show a local time, in order: empty if the time is skipped, two if
 * it occurs twice (ADR 0224).
 * @throws RangeError for an unknown zone
 */
export function instantsOf(local: LocalMs, zone: Zone): EpochMs[] {
  // No zone changes its offset twice within two days, and every offset is less than one day.
  const around = [local - offsetAt(local - DAY, zone), local - offsetAt(local + DAY, zone)]
  return [...new Set(around)].filter((at) => localAt(at, zone) === local).toSorted((a, b) => a - b)
}

/**
 * Returns the instant at which the clocks of a zone show a local time. If the time occurs twice, the first instant is
 * returned. If it is skipped, the offset before the gap is used, so 02:30 in the hour skipped by summer time becomes
 * 03:30 (RFC 5545 section 3.3.5).
 * @throws RangeError for an unknown zone
 */
export const instantOf = (local: LocalMs, zone: Zone): EpochMs =>
  instantsOf(local, zone)[0] ?? local - offsetAt(local - DAY, zone)

/** Returns the midnight at the start of a local time's day. */
export const startOfDay = (local: LocalMs): LocalMs => Math.floor(local / DAY) * DAY

/** Parses an offset in the form `UTC+5:30` or `UTC`; null = not in this form, or more than 14 hours. */
export function offsetZone(text: string): Zone | null {
  const [whole, sign, hours = '0', minutes = '0'] = /^UTC(?:([+−-])(\d{1,2})(?::([0-5]\d))?)?$/i.exec(text) ?? []
  if (whole === undefined || Number(hours) > 14) return null
  if (sign === undefined) return 'UTC'
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '+' ? 1 : -1)
  return { offsetAt: () => ahead }
}

/** Parses `2026-12-05T22:00` or `2026-12-05`, with or without seconds, as a local time; null = no such day or time. */
export function parseLocal(text: string): LocalMs | null {
  const [, date, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? []
  const local = Date.parse(`${date}T${time}Z`)
  // Date.parse accepts 30 February as 2 March.
  return Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date ? null : local
}

/** Returns the day of a local time, `2026-12-05`. */
export const dayOf = (local: LocalMs): string => new Date(local).toISOString().slice(0, 10)

import { DAY, type EpochMs } from './time.ts'

/** A wall clock's reading without a zone, in milliseconds, as if it were UTC: sums of days and months need no zone. */
export type LocalMs = number

/**
 * A zone by its IANA name, or one that a text brings along: how far its clocks are ahead of UTC at an instant, in milliseconds.
 * An offset belongs to an instant and is never kept for another one.
 */
export type Zone = string | { offsetAt: (at: EpochMs) => number }

const formats = new Map<string, Intl.DateTimeFormat>()

/** @throws RangeError for a zone that the runtime does not know */
function formatOf(zone: string): Intl.DateTimeFormat {
  // a name in any case is the same zone: texts of others must not add a format for each spelling
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

/** What the clocks of a zone show at an instant. @throws RangeError for an unknown zone */
export function localAt(at: EpochMs, zone: Zone): LocalMs {
  if (zone === 'UTC') return at
  if (typeof zone !== 'string') return at + zone.offsetAt(at)
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = value
  const time = `${part.hour}:${part.minute}:${part.second}`
  const ms = ((at % 1_000) + 1_000) % 1_000
  return Date.parse(`${part.year?.padStart(4, '0')}-${part.month}-${part.day}T${time}Z`) + ms
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. @throws RangeError for an unknown zone */
const offsetAt = (at: EpochMs, zone: Zone): number => localAt(at, zone) - at

/**
 * The instants at which the clocks of a zone show a time, in order: none where it is skipped, two where it comes twice (ADR 0224).
 * @throws RangeError for an unknown zone
 */
export function instantsOf(local: LocalMs, zone: Zone): EpochMs[] {
  // no zone changes its offset twice within two days, and none is further than a day from UTC
  const around = [local - offsetAt(local - DAY, zone), local - offsetAt(local + DAY, zone)]
  return [...new Set(around)].filter((at) => localAt(at, zone) === local).toSorted((a, b) => a - b)
}

/**
 * When the clocks of a zone show a time. A time that occurs twice is the first of the two, and one that is skipped is read with the offset
 * before the gap, so that 02:30 in the hour that summer time skips is 03:30 (RFC 5545 section 3.3.5).
 * @throws RangeError for an unknown zone
 */
export const instantOf = (local: LocalMs, zone: Zone): EpochMs =>
  instantsOf(local, zone)[0] ?? local - offsetAt(local - DAY, zone)

/** Midnight of the day that a local time lies in. */
export const startOfDay = (local: LocalMs): LocalMs => Math.floor(local / DAY) * DAY

/** An offset as it is written behind a time, `UTC+5:30` or `UTC`, as a zone; null = it is none. */
export function offsetZone(text: string): Zone | null {
  const [whole, sign, hours = '0', minutes = '0'] = /^UTC(?:([+−-])(\d{1,2})(?::([0-5]\d))?)?$/i.exec(text) ?? []
  if (whole === undefined || Number(hours) > 14) return null
  if (sign === undefined) return 'UTC'
  const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '+' ? 1 : -1)
  return { offsetAt: () => ahead }
}

/** `2026-12-05T22:00` or `2026-12-05`, with seconds or without, as a local time; null = no such day or time. */
export function parseLocal(text: string): LocalMs | null {
  const [, date, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? []
  const local = Date.parse(`${date}T${time}Z`)
  // 30 February would be 2 March
  return Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date ? null : local
}

/** The day of a local time, `2026-12-05`. */
export const dayOf = (local: LocalMs): string => new Date(local).toISOString().slice(0, 10)

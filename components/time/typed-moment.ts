import {
  formatLocalDay,
  convertLocalToInstant,
  listInstantsOfLocalTime,
  convertInstantToLocal,
  parseOffsetZone,
  parseLocal,
  type TimeZoneOrOffsetFunction,
} from '#lib/contract/time/local-time.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import { formatMinute, formatMoment, formatZoneLabel } from '../format/instant.ts'

const TIME = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** Lengths in ms by the first letter of their unit. */
const AGO_UNITS = { s: MS_PER_SECOND, m: MS_PER_MINUTE, h: MS_PER_HOUR, d: MS_PER_DAY, w: MS_PER_WEEK }

/**
 * Parses a time in the past that a user typed: `03:12`, `last night 03:12`, `yesterday 18:00`, `2 hours ago`,
 * `2026-11-20 03:12`, `2026-11-20T03:12Z`. A time of day without a date means its most recent occurrence. A date without a time means the
 * start of the day.
 * @param zone time zone of a text without an offset
 * @returns epoch milliseconds; null if the text is not a time, or is in the future
 */
export function parsePastMoment(text: string, now: number, zone: string): number | null {
  const at = parseTypedMoment(text, now, zone)
  return at !== null && at <= now ? at : null
}

/** Parses a typed time like {@link parsePastMoment}, but accepts times in the future. */
export const parseTypedMoment = (text: string, now: number, zone: string): number | null =>
  /\dT\d/.test(text) ? isoMoment(text.trim(), zone) : (parseTimeAgo(text, now) ?? wordsMoment(text, now, zone))

/**
 * Formats a time for a text field: `2026-11-20 03:12`. Seconds are added only if they are not zero. If the end of
 * daylight saving time repeats this local time and the instant is its second occurrence, the offset to UTC is added.
 * Parsing the text therefore returns the same instant.
 */
export function formatTypedMoment(at: number, zone: string): string {
  const text = formatMoment(at, zone, null).replace(/:00$/, '')
  return convertLocalToInstant(convertInstantToLocal(at, zone), zone) === at
    ? text
    : `${text} ${formatZoneLabel(at, zone)}`
}

/**
 * Parses `2026-11-20 03:12`, with or without seconds, with `T` or a space. The text is a wall clock time in the given
 * zone, or in the zone of its own offset (`UTC+1`). See {@link convertLocalToInstant} for times that a change of
 * daylight saving time skips or repeats.
 * @returns epoch milliseconds; null if the text is not a date and time, or the date does not exist
 */
export function parseWallClock(text: string, zone: TimeZoneOrOffsetFunction): number | null {
  const [, moment = '', offset] = /^(.*?)(?:\s+(UTC\S*))?$/is.exec(text.trim()) ?? []
  const own = offset === undefined ? zone : parseOffsetZone(offset)
  const local = moment.includes(':') ? parseLocal(moment) : null
  return own === null || local === null ? null : convertLocalToInstant(local, own)
}

/**
 * Returns a note about the instant that is used if daylight saving time skips or repeats a typed time; null for any
 * other text.
 */
export function formatClockChangeNote(text: string, now: number, zone: string): string | null {
  const at = parseTypedMoment(text, now, zone)
  if (at === null || !text.includes(':') || /\dZ$|UTC/i.test(text.trim())) return null
  const shown = formatMinute(at, zone, at)
  const typed = /\d{1,2}:\d{2}/.exec(text)?.[0].padStart(5, '0')
  if (shown !== typed) return `This time does not exist (daylight saving time). Using ${shown}.`
  const [first, again] = listInstantsOfLocalTime(convertInstantToLocal(at, zone), zone)
  if (first === undefined || again === undefined) return null
  const [own, other] = [formatZoneLabel(first, zone), formatZoneLabel(again, zone)]
  return `This time occurs twice (daylight saving time). Using the first one (${own}). Write ${other} after it for the second one.`
}

/** Returns an error message for a typed time that is invalid; null if it is valid. */
export function findTypedMomentFault(text: string, now: number, zone: string): string | null {
  if (parseTypedMoment(text, now, zone) !== null) return null
  const [, month, day, hour, minute] =
    /^\d{4}-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2}))?/.exec(text.trim())?.map(Number) ?? []
  if (month !== undefined && (month < 1 || month > 12)) return `There is no month ${month}.`
  if (hour && hour > 23) return `There is no hour ${hour}: hours go from 00 to 23.`
  if (minute && minute > 59) return `There is no minute ${minute}.`
  if (day !== undefined && parseLocal(text.trim().slice(0, 10)) === null) return `That month has no day ${day}.`
  return 'Write it as 2026-11-20 03:12.'
}

/** Returns an error message for a typed day, such as `2026-11-20`, that is invalid; null if it is valid. */
export function findTypedDayFault(text: string): string | null {
  const fault = findTypedMomentFault(text, 0, 'UTC')
  if (DATE.test(text)) return fault
  return fault?.startsWith('There is no') ? fault : 'Write it as 2026-11-20.'
}

function isoMoment(text: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/.test(text)) return null
  if (!text.endsWith('Z')) return parseWallClock(text, zone)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/** Parses `2 hours ago`, `an hour ago` or `1 h 30 min ago`, to the second; null for other texts. */
function parseTimeAgo(text: string, now: number): number | null {
  const [, lengths = ''] =
    /^((?:(?:\d{1,4}|an?) ?(?:seconds?|sec|s|minutes?|min|hours?|h|days?|d|weeks?) )+)ago$/.exec(
      text.trim().toLowerCase().replace(/\s+/g, ' '),
    ) ?? []
  const parts = [...lengths.replaceAll(/an? /g, '1 ').matchAll(/(\d+) ?([smhdw])/g)]
  if (parts.length === 0) return null
  const length = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * AGO_UNITS[unit as keyof typeof AGO_UNITS],
    0,
  )
  return Math.floor((now - length) / MS_PER_SECOND) * MS_PER_SECOND
}

function wordsMoment(text: string, now: number, shownZone: string): number | null {
  // The words "last night" are ignored, because a time of day without a date already means its most recent occurrence.
  const words = text
    .trim()
    .toLowerCase()
    .replace(/\blast night\b/, '')
    .trim()
    .split(/\s+/)
  const offset = parseOffsetZone(words.at(-1) ?? '')
  const zone = offset ?? shownZone
  let date: string | null = null
  let time: string | null = null
  for (const word of offset === null ? words : words.slice(0, -1)) {
    const day = namedDay(word, now, zone)
    const clock = TIME.exec(word)
    if (day !== null && date === null) date = day
    else if (clock && time === null) time = `${clock[1]?.padStart(2, '0')}:${clock[2]}:${clock[3] ?? '00'}`
    else return null
  }
  return dated(date, time, now, zone)
}

function dated(date: string | null, time: string | null, now: number, zone: TimeZoneOrOffsetFunction): number | null {
  if (date === null && time === null) return null
  if (date !== null) return parseWallClock(`${date}T${time ?? '00:00:00'}`, zone)
  const today = parseWallClock(`${dayToday(now, zone)}T${time}`, zone)
  return today !== null && today > now ? parseWallClock(`${dayBefore(now, zone)}T${time}`, zone) : today
}

const dayToday = (now: number, zone: TimeZoneOrOffsetFunction) => formatLocalDay(convertInstantToLocal(now, zone))
/** Returns the previous day by the calendar and not by subtracting 24 hours, because a day has 23 to 25 hours. */
const dayBefore = (now: number, zone: TimeZoneOrOffsetFunction) =>
  formatLocalDay(convertInstantToLocal(now, zone) - MS_PER_DAY)

function namedDay(word: string, now: number, zone: TimeZoneOrOffsetFunction): string | null {
  if (word === 'today') return dayToday(now, zone)
  if (word === 'yesterday') return dayBefore(now, zone)
  return DATE.test(word) ? word : null
}

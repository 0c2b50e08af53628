import { fromInputValue, toInputValue } from '../format/instant.ts'

const DAY_MS = 24 * 60 * 60_000
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

/**
 * Reads a moment as an engineer types it: `03:12`, `03:12 yesterday`, `2026-11-20 03:12`, `2026-11-20T03:12Z`. A time alone is the last
 * one that has passed; a date alone is its begin.
 * @param zone of what has none in it
 * @returns epoch milliseconds; null = no moment, or one that has not come yet
 */
export function typedMoment(text: string, now: number, zone: string): number | null {
  const at = readMoment(text, now, zone)
  return at !== null && at <= now ? at : null
}

/** As {@link typedMoment}, also of what has not come yet. */
export const readMoment = (text: string, now: number, zone: string): number | null =>
  /\dT\d/.test(text) ? isoMoment(text.trim(), zone) : wordsMoment(text, now, zone)

/** What is shown in a field: `2026-11-20 03:12`, with seconds where there are any. */
export const momentText = (at: number, zone: string): string =>
  toInputValue(at, zone).replace('T', ' ').replace(/:00$/, '')

/** What is wrong with a typed moment, in words; null if it can be read. */
export function momentFault(text: string, now: number, zone: string): string | null {
  if (readMoment(text, now, zone) !== null) return null
  const [, month, day, hour, minute] =
    /^\d{4}-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2}))?/.exec(text.trim())?.map(Number) ?? []
  if (month !== undefined && (month < 1 || month > 12)) return `There is no month ${month}.`
  if (hour && hour > 23) return `There is no hour ${hour}: hours go from 00 to 23.`
  if (minute && minute > 59) return `There is no minute ${minute}.`
  if (day !== undefined && fromInputValue(`${text.trim().slice(0, 10)} 00:00`, zone) === null)
    return `That month has no day ${day}.`
  return 'Write it as 2026-11-20 03:12.'
}

const FIRST = '0000-01-01 00:00'

/** What is wrong with a typed day, `2026-11-20`, in words; null if it can be read. */
export function dayFault(text: string): string | null {
  const fault = momentFault(text, 0, 'UTC')
  if (DATE.test(text)) return fault
  return fault?.startsWith('There is no') ? fault : 'Write it as 2026-11-20.'
}

/** Where each part of {@link momentText} stands. */
const PARTS = [
  { name: 'year', from: 0, to: 4 },
  { name: 'month', from: 5, to: 7 },
  { name: 'day', from: 8, to: 10 },
  { name: 'hour', from: 11, to: 13 },
  { name: 'minute', from: 14, to: 16 },
  { name: 'second', from: 17, to: 19 },
] as const

/**
 * Moves the part of a moment in which the caret stands: `2026-11-30 23:59` with the caret in the minutes becomes `2026-12-01 00:00`.
 * A month has its last day where it lacks the day. A day or a month without a time stays one.
 * @param caret index in the text
 * @returns the text, and the part to select; null if the text is no date and time
 */
export function steppedMoment(
  text: string,
  caret: number,
  by: 1 | -1,
): { text: string; selection: [from: number, to: number] } | null {
  // a day or a month alone is its begin
  const at = /^\d{4}-\d{2}(-\d{2})?$/.test(text)
    ? fromInputValue(`${text}${FIRST.slice(text.length)}`, 'UTC')
    : fromInputValue(text, 'UTC')
  const part = PARTS.findLast(({ from, to }) => caret >= from && to <= text.length)
  if (at === null || part === undefined) return null
  const moved = new Date(moveBy(at, part.name, by)).toISOString().replace('T', ' ').slice(0, text.length)
  return { text: moved, selection: [part.from, part.to] }
}

const LENGTH = { day: DAY_MS, hour: 3_600_000, minute: 60_000, second: 1_000 }

function moveBy(at: number, part: (typeof PARTS)[number]['name'], by: 1 | -1): number {
  if (part !== 'year' && part !== 'month') return at + by * LENGTH[part]
  const months = part === 'year' ? 12 * by : by
  const date = new Date(at)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  return first + (Math.min(date.getUTCDate(), lastDay) - 1) * DAY_MS + (at % DAY_MS)
}

function isoMoment(text: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$/.test(text)) return null
  if (!text.endsWith('Z')) return fromInputValue(text, zone)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

function wordsMoment(text: string, now: number, shownZone: string): number | null {
  const words = text.trim().toLowerCase().split(/\s+/)
  const isUtc = words.at(-1) === 'utc'
  const zone = isUtc ? 'UTC' : shownZone
  let date: string | null = null
  let time: string | null = null
  for (const word of isUtc ? words.slice(0, -1) : words) {
    const day = dayOf(word, now, zone)
    const clock = TIME.exec(word)
    if (day !== null && date === null) date = day
    else if (clock && time === null) time = `${clock[1]?.padStart(2, '0')}:${clock[2]}:${clock[3] ?? '00'}`
    else return null
  }
  return dated(date, time, now, zone)
}

function dated(date: string | null, time: string | null, now: number, zone: string): number | null {
  if (date === null && time === null) return null
  if (date !== null) return fromInputValue(`${date}T${time ?? '00:00:00'}`, zone)
  const today = fromInputValue(`${dateOf(now, zone)}T${time}`, zone)
  return today !== null && today > now ? fromInputValue(`${dateOf(now - DAY_MS, zone)}T${time}`, zone) : today
}

const dateOf = (at: number, zone: string) => toInputValue(at, zone).slice(0, 10)

function dayOf(word: string, now: number, zone: string): string | null {
  if (word === 'today') return dateOf(now, zone)
  if (word === 'yesterday') return dateOf(now - DAY_MS, zone)
  return DATE.test(word) ? word : null
}

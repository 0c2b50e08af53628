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
  const at = /\dT\d/.test(text) ? isoMoment(text.trim(), zone) : wordsMoment(text, now, zone)
  return at !== null && at <= now ? at : null
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

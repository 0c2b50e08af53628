import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { parseWallClock } from './typed-moment.ts'

const FIRST = '0000-01-01 00:00'

/** Positions (index in the text) of the parts of a date and time such as `2026-11-20 03:12`. */
const PARTS = [
  { name: 'year', from: 0, to: 4 },
  { name: 'month', from: 5, to: 7 },
  { name: 'day', from: 8, to: 10 },
  { name: 'hour', from: 11, to: 13 },
  { name: 'minute', from: 14, to: 16 },
  { name: 'second', from: 17, to: 19 },
] as const

/**
 * Increases or decreases the part of a date and time at the caret. For example, `2026-11-30 23:59` with the caret in
 * the minutes becomes `2026-12-01 00:00`. If the new month does not have the day, its last day is used. Text without a
 * time of day stays without it.
 * @param caret index in the text
 * @returns the new text and the part to select; null if the text is not a date
 */
export function adjustTypedMoment(
  text: string,
  caret: number,
  by: 1 | -1,
): { text: string; selection: [from: number, to: number] } | null {
  // a text without a day means the first day of the month, and a text without a time of day means 00:00
  const [whole = '', zone = ''] = text.split(/(?= UTC)/i)
  const at = parseWallClock(`${whole}${/^\d{4}-\d{2}(-\d{2})?$/.test(whole) ? FIRST.slice(whole.length) : ''}`, 'UTC')
  const part = PARTS.findLast(({ from, to }) => caret >= from && to <= whole.length)
  if (at === null || part === undefined) return null
  const moved = new Date(moveBy(at, part.name, by)).toISOString().replace('T', ' ').slice(0, whole.length)
  return { text: moved + zone, selection: [part.from, part.to] }
}

const LENGTH = { day: MS_PER_DAY, hour: 3_600_000, minute: 60_000, second: 1_000 }

function moveBy(at: number, part: (typeof PARTS)[number]['name'], by: 1 | -1): number {
  if (part !== 'year' && part !== 'month') return at + by * LENGTH[part]
  const months = part === 'year' ? 12 * by : by
  const date = new Date(at)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate()
  return first + (Math.min(date.getUTCDate(), lastDay) - 1) * MS_PER_DAY + (at % MS_PER_DAY)
}

import { formatUtcDay } from '../time/dates.ts'
import type { RecurrenceRule } from './rule.ts'

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const monthNames = 'January February March April May June July August September October November December'.split(' ')
const units = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const

/** Returns a rule as text: `every 2 weeks on Saturday and Sunday`. */
export function formatRecurrenceRule({
  frequency,
  interval,
  count,
  until,
  months,
  weeks,
  yearDays,
  monthDays,
  days,
  positions,
}: RecurrenceRule): string {
  const unit = units[frequency]
  const parts = [interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`]
  if (positions.length > 0) parts.push(`on the ${formatWordList(positions.map(nth))} of the days that match:`)
  if (days.length > 0) parts.push(`on ${formatWordList(days.map(formatDay))}`)
  if (monthDays.length > 0) parts.push(`on day ${formatWordList(monthDays.map(fromEnd))} of the month`)
  if (yearDays.length > 0) parts.push(`on day ${formatWordList(yearDays.map(fromEnd))} of the year`)
  if (weeks.length > 0) parts.push(`in week ${formatWordList(weeks.map(fromEnd))}`)
  if (months.length > 0) parts.push(`in ${formatWordList(months.map((month) => monthNames[month - 1] ?? ''))}`)
  if (count !== null) parts.push(`${count} times`)
  if (until !== null) parts.push(`until ${formatUtcDay('at' in until ? until.at : until.local)}`)
  return parts.join(' ')
}

const formatDay = ({ weekday, nth: number }: RecurrenceRule['days'][number]): string =>
  number === null ? (dayNames[weekday] ?? '') : `the ${nth(number)} ${dayNames[weekday]}`

function nth(number: number): string {
  if (number === -1) return 'last'
  const size = Math.abs(number)
  const suffix = size % 100 > 10 && size % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][size % 10] ?? 'th')
  return number < 0 ? `${size}${suffix} last` : `${size}${suffix}`
}

const fromEnd = (number: number): string => (number < 0 ? `${-number} from the end` : String(number))

/** Joins words to a list: `a, b and c`. */
export const formatWordList = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

import { DAY } from '../time/time.ts'
import { type LocalMs, startOfDay } from '../time/local-time.ts'
import type { RecurrenceRule } from './rule.ts'

/** Maximum length of the search for the next occurrence. A 29 February on a given weekday occurs within 40 years. */
const LONGEST_SEARCH_DAYS = 100 * 366

interface OccurrencesQuery {
  /** earlier occurrences are not needed */
  from?: LocalMs
  /** occurrences after this time are not needed; the search ends there */
  to: LocalMs
  /**
   * true if the start is an occurrence even though the rule does not include it (RFC 5545 section 3.8.5.3: DTSTART
   * counts)
   */
  countsStart?: boolean
  /** receives the number of days before they are examined; an exception that it throws ends the search */
  spend?: Spend
}

/** Receives amounts of work, in days that a rule examines. */
export type Spend = (days: number) => void

/**
 * Yields the starts of a rule's occurrences in order, beginning with the first one that is not before `from`. An UNTIL
 * given as an instant is ignored; the caller must apply it, because only the caller knows the time zone. RFC 5545
 * section 3.3.10, for rules with a unit of days or longer.
 * @param start local time at which the recurrence begins (DTSTART)
 */
export function* occurrences(
  rule: RecurrenceRule,
  start: LocalMs,
  { from = start, to, countsStart = false, spend }: OccurrencesQuery,
): Generator<LocalMs> {
  const timeOfDay = start - startOfDay(start)
  const last = rule.until && 'local' in rule.until ? Math.min(to, rule.until.local) : to
  const whole = withDefaults(rule, start)
  const effort = effortOfDay(whole)
  let counted = 0
  const isNamed = () =>
    !occurrences({ ...rule, count: null, until: null }, start, { to: start, ...(spend && { spend }) }).next().done
  if (countsStart && !isNamed()) {
    counted = 1
    if (start >= from && start <= to) yield start
  }
  let foundAt = Math.max(start, from)
  // With a COUNT, all occurrences from the start must be counted.
  const first = rule.count === null ? periodsBefore(rule, start, from) : 0
  for (let n = first; counted !== rule.count; n += 1) {
    const period = periodOf(rule, start, n)
    if (period.begin > startOfDay(last) || period.begin - foundAt > LONGEST_SEARCH_DAYS * DAY) return
    spend?.(((period.end - period.begin) / DAY) * effort)
    for (const day of daysIn(whole, period)) {
      const local = day + timeOfDay
      if (local < start) continue
      if (local > last) return
      counted += 1
      foundAt = Math.max(foundAt, local)
      if (local >= from) yield local
      if (counted === rule.count) return
    }
  }
}

/** Returns the weekday of a day, 0 = Monday. The 3 is added because 1 January 1970 was a Thursday. */
const weekdayOf = (day: LocalMs): number => (((day / DAY + 3) % 7) + 7) % 7
const weekBegin = (day: LocalMs, weekStart: number): LocalMs => day - ((weekdayOf(day) - weekStart + 7) % 7) * DAY

/** Returns the rule with parts that it does not specify taken from the start (RFC 5545 section 3.3.10). */
function withDefaults(rule: RecurrenceRule, start: LocalMs): RecurrenceRule {
  const { frequency, days, monthDays, yearDays, weeks, months } = rule
  const date = new Date(start)
  const weekday = [{ weekday: weekdayOf(startOfDay(start)), nth: null }]
  if (days.length > 0 || monthDays.length > 0 || yearDays.length > 0) return rule
  if (frequency === 'WEEKLY' || weeks.length > 0) return { ...rule, days: weekday }
  if (frequency === 'MONTHLY') return { ...rule, monthDays: [date.getUTCDate()] }
  if (frequency === 'DAILY') return rule
  return {
    ...rule,
    months: months.length > 0 ? months : [date.getUTCMonth() + 1],
    monthDays: [date.getUTCDate()],
  }
}

/** Day, week, month or year from which the rule selects occurrences, from `begin` to `end` (exclusive). */
interface Period {
  begin: LocalMs
  end: LocalMs
}

/** Returns the number of periods that can be skipped because they end before a moment. */
function periodsBefore({ frequency, interval, weekStart }: RecurrenceRule, start: LocalMs, from: LocalMs): number {
  if (from <= start) return 0
  const days = (startOfDay(from) - weekBegin(startOfDay(start), weekStart)) / DAY
  // Never skip too many: divide by the longest possible month or year, and subtract at least one period.
  const length = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }[frequency]
  return Math.max(0, Math.floor(days / length / interval) - (frequency === 'DAILY' ? 8 : 1))
}

function periodOf({ frequency, interval, weekStart }: RecurrenceRule, start: LocalMs, n: number): Period {
  const day = startOfDay(start)
  const date = new Date(start)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const step = n * interval
  switch (frequency) {
    case 'DAILY':
      return { begin: day + step * DAY, end: day + (step + 1) * DAY }
    case 'WEEKLY': {
      const begin = weekBegin(day, weekStart) + step * 7 * DAY
      return { begin, end: begin + 7 * DAY }
    }
    case 'MONTHLY':
      return { begin: Date.UTC(year, month + step), end: Date.UTC(year, month + step + 1) }
    default:
      return { begin: Date.UTC(year + step, 0), end: Date.UTC(year + step + 1, 0) }
  }
}

/** Returns the cost of examining one day; long lists in the rule increase it. */
const effortOfDay = ({ months, weeks, yearDays, monthDays, days, positions }: RecurrenceRule): number =>
  1 + [months, weeks, yearDays, monthDays, days, positions].reduce((sum, { length }) => sum + length, 0) / 10

/** Returns the days of a period that a rule selects. */
function daysIn(rule: RecurrenceRule, { begin, end }: Period): LocalMs[] {
  const chosen: LocalMs[] = []
  for (let day = begin; day < end; day += DAY) if (isChosen(rule, day)) chosen.push(day)
  const { positions } = rule
  if (positions.length === 0) return chosen
  return chosen.filter((_, index) => positions.includes(index + 1) || positions.includes(index - chosen.length))
}

function isChosen(
  { months, weeks, yearDays, monthDays, days, frequency, weekStart }: RecurrenceRule,
  day: LocalMs,
): boolean {
  const date = new Date(day)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (months.length > 0 && !months.includes(month + 1)) return false
  if (!isNumbered(monthDays, day, Date.UTC(year, month), Date.UTC(year, month + 1))) return false
  if (!isNumbered(yearDays, day, Date.UTC(year, 0), Date.UTC(year + 1, 0))) return false
  if (weeks.length > 0 && !isInWeek(weeks, day, weekStart)) return false
  if (days.length === 0) return true
  // The number counts within the month if the rule specifies months, otherwise within the year.
  const isOfMonth = frequency === 'MONTHLY' || months.length > 0
  const from = isOfMonth ? Date.UTC(year, month) : Date.UTC(year, 0)
  const to = isOfMonth ? Date.UTC(year, month + 1) : Date.UTC(year + 1, 0)
  return days.some(({ weekday, nth }) => {
    if (weekday !== weekdayOf(day)) return false
    if (nth === null) return true
    return nth > 0
      ? Math.floor((day - from) / (7 * DAY)) + 1 === nth
      : Math.floor((to - DAY - day) / (7 * DAY)) + 1 === -nth
  })
}

/**
 * Reports whether a day of a period has one of the given numbers: from 1 at the start of the period, or from -1 at its
 * end.
 */
function isNumbered(numbers: readonly number[], day: LocalMs, from: LocalMs, to: LocalMs): boolean {
  if (numbers.length === 0) return true
  const number = (day - from) / DAY + 1
  const fromEnd = (day - to) / DAY
  return numbers.includes(number) || numbers.includes(fromEnd)
}

/**
 * Reports whether a day is in one of the given weeks. Weeks are numbered as in ISO 8601 for any first day of the week:
 * the first week has at least four days in its year.
 */
function isInWeek(weeks: readonly number[], day: LocalMs, weekStart: number): boolean {
  const begin = weekBegin(day, weekStart)
  // A week belongs to the year of its fourth day.
  const year = new Date(begin + 3 * DAY).getUTCFullYear()
  const number = (begin - firstWeek(year, weekStart)) / (7 * DAY) + 1
  const total = (firstWeek(year + 1, weekStart) - firstWeek(year, weekStart)) / (7 * DAY)
  return weeks.includes(number) || weeks.includes(number - total - 1)
}

const firstWeek = (year: number, weekStart: number): LocalMs => weekBegin(Date.UTC(year, 0, 4), weekStart)

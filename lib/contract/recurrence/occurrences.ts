import { MS_PER_DAY } from '../time/time.ts'
import { type LocalMs, toLocalMidnight } from '../time/local-time.ts'
import type { RecurrenceRule } from './rule.ts'

/**
 * Number of days after which the search for the next occurrence ends. A century is sufficient, because even a 29
 * February on a given weekday occurs within 40 years.
 */
const LONGEST_SEARCH_DAYS = 100 * 366

interface OccurrencesQuery {
  /** occurrences before this time are left out; default is the start of the recurrence */
  from?: LocalMs
  /** occurrences after this time are left out, so the search ends there */
  to: LocalMs
  /**
   * true if the start is an occurrence although the rule does not select it, because DTSTART always counts (RFC 5545
   * section 3.8.5.3)
   */
  countsStart?: boolean
  /** called with the cost of each step before the step is made; if it throws, the search ends */
  spend?: AddSearchCost
}

/** Receives the cost of a search step. One unit of cost is the check whether a rule selects one day. */
export type AddSearchCost = (days: number) => void

/**
 * Yields the local starts of a rule's occurrences in order (RFC 5545 section 3.3.10), from `from` to `to`. The rule
 * must have a frequency of DAILY or lower. The caller must apply an UNTIL that is an instant (with UTC), because this
 * function does not know the time zone.
 * @param start local time at which the recurrence begins (DTSTART)
 */
export function* generateOccurrenceStarts(
  rule: RecurrenceRule,
  start: LocalMs,
  { from = start, to, countsStart = false, spend }: OccurrencesQuery,
): Generator<LocalMs> {
  const timeOfDay = start - toLocalMidnight(start)
  const last = rule.until && 'local' in rule.until ? Math.min(to, rule.until.local) : to
  const whole = withDefaults(rule, start)
  const effort = effortOfDay(whole)
  let counted = 0
  const isNamed = () =>
    !generateOccurrenceStarts({ ...rule, count: null, until: null }, start, {
      to: start,
      ...(spend && { spend }),
    }).next().done
  if (countsStart && !isNamed()) {
    counted = 1
    if (start >= from && start <= to) yield start
  }
  let foundAt = Math.max(start, from)
  // If the rule has a COUNT, every occurrence from the start on must be counted, so no period may be skipped.
  const first = rule.count === null ? periodsBefore(rule, start, from) : 0
  for (let n = first; counted !== rule.count; n += 1) {
    const period = periodOf(rule, start, n)
    if (period.begin > toLocalMidnight(last) || period.begin - foundAt > LONGEST_SEARCH_DAYS * MS_PER_DAY) return
    spend?.(((period.end - period.begin) / MS_PER_DAY) * effort)
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
const weekdayOf = (day: LocalMs): number => (((day / MS_PER_DAY + 3) % 7) + 7) % 7
const weekBegin = (day: LocalMs, weekStart: number): LocalMs =>
  day - ((weekdayOf(day) - weekStart + 7) % 7) * MS_PER_DAY

/**
 * Returns the rule with its missing parts taken from the start. For example, a weekly rule without days occurs on the
 * weekday of the start (RFC 5545 section 3.3.10).
 */
function withDefaults(rule: RecurrenceRule, start: LocalMs): RecurrenceRule {
  const { frequency, days, monthDays, yearDays, weeks, months } = rule
  const date = new Date(start)
  const weekday = [{ weekday: weekdayOf(toLocalMidnight(start)), nth: null }]
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

/** Day, week, month or year in which the rule selects days. `end` is exclusive. */
interface Period {
  begin: LocalMs
  end: LocalMs
}

/** Returns a number of periods at the start that certainly end before `from`, so that the search can skip them. */
function periodsBefore({ frequency, interval, weekStart }: RecurrenceRule, start: LocalMs, from: LocalMs): number {
  if (from <= start) return 0
  const days = (toLocalMidnight(from) - weekBegin(toLocalMidnight(start), weekStart)) / MS_PER_DAY
  // No period that contains `from` may be skipped. Therefore months count as 31 and years as 366 days, and at least one
  // period is subtracted from the number.
  const length = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }[frequency]
  return Math.max(0, Math.floor(days / length / interval) - (frequency === 'DAILY' ? 8 : 1))
}

function periodOf({ frequency, interval, weekStart }: RecurrenceRule, start: LocalMs, n: number): Period {
  const day = toLocalMidnight(start)
  const date = new Date(start)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const step = n * interval
  switch (frequency) {
    case 'DAILY':
      return { begin: day + step * MS_PER_DAY, end: day + (step + 1) * MS_PER_DAY }
    case 'WEEKLY': {
      const begin = weekBegin(day, weekStart) + step * 7 * MS_PER_DAY
      return { begin, end: begin + 7 * MS_PER_DAY }
    }
    case 'MONTHLY':
      return { begin: Date.UTC(year, month + step), end: Date.UTC(year, month + step + 1) }
    default:
      return { begin: Date.UTC(year + step, 0), end: Date.UTC(year + step + 1, 0) }
  }
}

/** Returns the cost of checking one day. Each entry in the lists of the rule adds a tenth. */
const effortOfDay = ({ months, weeks, yearDays, monthDays, days, positions }: RecurrenceRule): number =>
  1 + [months, weeks, yearDays, monthDays, days, positions].reduce((sum, { length }) => sum + length, 0) / 10

/** Returns the days of a period that a rule selects. */
function daysIn(rule: RecurrenceRule, { begin, end }: Period): LocalMs[] {
  const chosen: LocalMs[] = []
  for (let day = begin; day < end; day += MS_PER_DAY) if (isChosen(rule, day)) chosen.push(day)
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
  // `nth` counts the weekdays of the month if the rule is monthly or names months, otherwise those of the year.
  const isOfMonth = frequency === 'MONTHLY' || months.length > 0
  const from = isOfMonth ? Date.UTC(year, month) : Date.UTC(year, 0)
  const to = isOfMonth ? Date.UTC(year, month + 1) : Date.UTC(year + 1, 0)
  return days.some(({ weekday, nth }) => {
    if (weekday !== weekdayOf(day)) return false
    if (nth === null) return true
    return nth > 0
      ? Math.floor((day - from) / (7 * MS_PER_DAY)) + 1 === nth
      : Math.floor((to - MS_PER_DAY - day) / (7 * MS_PER_DAY)) + 1 === -nth
  })
}

/**
 * Reports whether a day has one of the given numbers within a period. Number 1 is the first day of the period, number
 * -1 its last day. An empty list matches every day.
 */
function isNumbered(numbers: readonly number[], day: LocalMs, from: LocalMs, to: LocalMs): boolean {
  if (numbers.length === 0) return true
  const number = (day - from) / MS_PER_DAY + 1
  const fromEnd = (day - to) / MS_PER_DAY
  return numbers.includes(number) || numbers.includes(fromEnd)
}

/**
 * Reports whether a day is in one of the given weeks of the year; a negative number counts from the end. As in ISO
 * 8601, the first week has at least four days in its year, but a week may begin on any weekday.
 */
function isInWeek(weeks: readonly number[], day: LocalMs, weekStart: number): boolean {
  const begin = weekBegin(day, weekStart)
  // A week belongs to the year that contains its fourth day.
  const year = new Date(begin + 3 * MS_PER_DAY).getUTCFullYear()
  const number = (begin - firstWeek(year, weekStart)) / (7 * MS_PER_DAY) + 1
  const total = (firstWeek(year + 1, weekStart) - firstWeek(year, weekStart)) / (7 * MS_PER_DAY)
  return weeks.includes(number) || weeks.includes(number - total - 1)
}

const firstWeek = (year: number, weekStart: number): LocalMs => weekBegin(Date.UTC(year, 0, 4), weekStart)

import type { EpochMs } from '../time/time.ts'
import { type LocalMs, parseLocal } from '../time/local-time.ts'

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export type RecurrenceFrequency = (typeof frequencies)[number]

/** Days of the week in the order of ISO 8601: 0 = Monday. */
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/**
 * Parsed recurrence rule (RFC 5545) with a frequency of DAILY or lower. Every occurrence begins at the time of day at
 * which the first occurrence begins.
 */
export interface RecurrenceRule {
  frequency: RecurrenceFrequency
  interval: number
  count: number | null
  /**
   * latest possible start of an occurrence, inclusive: an instant if the rule gives it in UTC, otherwise a local time;
   * null = no end
   */
  until: { local: LocalMs } | { at: EpochMs } | null
  months: number[]
  weeks: number[]
  yearDays: number[]
  monthDays: number[]
  /**
   * weekdays on which occurrences begin. `nth` selects one such weekday of the month or year, for example -1 = the last
   * one; null = every such weekday
   */
  days: { weekday: number; nth: number | null }[]
  positions: number[]
  weekStart: number
}

const MAX_LENGTH = 500
const SHORTER = ['SECONDLY', 'MINUTELY', 'HOURLY']

/**
 * Parses the value of an RRULE such as `FREQ=WEEKLY;BYDAY=SA` (RFC 5545 section 3.3.10), with or without `RRULE:` in
 * front. Rules with a frequency below a day (for example HOURLY) are refused.
 * @returns the rule, or in `wrong` a sentence that explains the error
 */
export function parseRecurrenceRule(text: string): { rule: RecurrenceRule } | { wrong: string } {
  try {
    return { rule: read(text.trim().replace(/^RRULE:/i, '')) }
  } catch (error) {
    if (error instanceof WrongRule) return { wrong: error.message }
    throw error
  }
}

class WrongRule extends Error {}

function read(text: string): RecurrenceRule {
  if (text === '') throw new WrongRule('send a rule such as FREQ=WEEKLY;BYDAY=SA')
  if (text.length > MAX_LENGTH) throw new WrongRule(`a rule has ${MAX_LENGTH} characters at the most`)
  const parts = new Map<string, string>()
  for (const part of text.split(';')) {
    const [, name, value] = /^\s*([A-Za-z-]+)\s*=\s*(\S+)\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined)
      throw new WrongRule(`"${part}" is no part of a rule: write NAME=value`)
    const key = name.toUpperCase()
    if (parts.has(key)) throw new WrongRule(`${key} stands twice in it`)
    if (!known.has(key)) throw new WrongRule(unknown(key))
    parts.set(key, value.toUpperCase())
  }
  const frequency = frequencyOf(parts.get('FREQ'))
  const count = one(parts, 'COUNT', 1, 10_000)
  const until = untilOf(parts.get('UNTIL'))
  if (count !== null && until !== null) throw new WrongRule('it has COUNT and UNTIL: send one of them')
  const rule: RecurrenceRule = {
    frequency,
    interval: one(parts, 'INTERVAL', 1, 1_000) ?? 1,
    count,
    until,
    months: list(parts, 'BYMONTH', 1, 12, false),
    weeks: list(parts, 'BYWEEKNO', 1, 53, true),
    yearDays: list(parts, 'BYYEARDAY', 1, 366, true),
    monthDays: list(parts, 'BYMONTHDAY', 1, 31, true),
    days: daysOf(parts.get('BYDAY')),
    positions: list(parts, 'BYSETPOS', 1, 366, true),
    weekStart: weekdayOf('WKST', parts.get('WKST') ?? 'MO'),
  }
  refuseCombinations(rule)
  return rule
}

const known = new Set('FREQ INTERVAL COUNT UNTIL WKST BYMONTH BYWEEKNO BYYEARDAY BYMONTHDAY BYDAY BYSETPOS'.split(' '))

const unknown = (key: string) =>
  /^BY(HOUR|MINUTE|SECOND)$/.test(key)
    ? `${key} is not supported: an occurrence begins at the time of day of the first one`
    : `${key} is no part of a rule that is known`

function frequencyOf(text: string | undefined): RecurrenceFrequency {
  const found = frequencies.find((frequency) => frequency === text)
  if (found) return found
  if (text !== undefined && SHORTER.includes(text)) {
    throw new WrongRule(`FREQ=${text} is not supported: the shortest is DAILY`)
  }
  throw new WrongRule(`it has no FREQ that is known: send one of ${frequencies.join(', ')}`)
}

function one(parts: ReadonlyMap<string, string>, name: string, least: number, most: number): number | null {
  const text = parts.get(name)
  if (text === undefined) return null
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new WrongRule(`${name} is a number from ${least} to ${most}; "${text}" is none`)
}

function list(
  parts: ReadonlyMap<string, string>,
  name: string,
  least: number,
  most: number,
  signed: boolean,
): number[] {
  const text = parts.get(name)
  if (text === undefined) return []
  return text.split(',').map((item) => {
    const value = /^[+-]?\d{1,3}$/.test(item) ? Number(item) : Number.NaN
    if (Math.abs(value) >= least && Math.abs(value) <= most && (signed || value > 0)) return value
    throw new WrongRule(
      `${name} has numbers from ${least} to ${most}${signed ? ', or so many from the end' : ''}; "${item}" is none`,
    )
  })
}

function daysOf(text: string | undefined): RecurrenceRule['days'] {
  return (text?.split(',') ?? []).map((item) => {
    const [, nth, weekday = ''] = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(item) ?? []
    const number = nth === undefined ? null : Number(nth)
    if (number !== null && (number === 0 || Math.abs(number) > 53)) {
      throw new WrongRule(`BYDAY has days such as SA, 3SU or -1FR; "${item}" is none`)
    }
    return { weekday: weekdayOf('BYDAY', weekday || item), nth: number }
  })
}

function weekdayOf(name: string, text: string): number {
  const found = weekdays.findIndex((weekday) => weekday === text)
  if (found >= 0) return found
  throw new WrongRule(`${name} has days such as MO or SU; "${text}" is none`)
}

function untilOf(text: string | undefined): RecurrenceRule['until'] {
  if (text === undefined) return null
  const [, year, month, day, time, hour, minute, second, zone] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(text) ?? []
  const local = parseLocal(`${year}-${month}-${day}T${time ? `${hour}:${minute}:${second}` : '23:59:59'}`)
  if (local === null)
    throw new WrongRule(`UNTIL is a day or a time such as 20261231 or 20261231T220000Z; "${text}" is none`)
  return zone ? { at: local } : { local }
}

/** Throws an error if the rule combines parts that RFC 5545 section 3.3.10 does not allow together. */
function refuseCombinations({ frequency, days, weeks, yearDays, monthDays, positions, months }: RecurrenceRule): void {
  const isOrdinal = days.some(({ nth }) => nth !== null)
  if (isOrdinal && frequency !== 'MONTHLY' && frequency !== 'YEARLY') {
    throw new WrongRule('a numbered day such as 3SU needs FREQ=MONTHLY or FREQ=YEARLY')
  }
  if (isOrdinal && weeks.length > 0) throw new WrongRule('a numbered day such as 3SU can not stand beside BYWEEKNO')
  if (weeks.length > 0 && frequency !== 'YEARLY') throw new WrongRule('BYWEEKNO needs FREQ=YEARLY')
  if (yearDays.length > 0 && frequency !== 'YEARLY') throw new WrongRule('BYYEARDAY needs FREQ=YEARLY')
  if (monthDays.length > 0 && frequency === 'WEEKLY') throw new WrongRule('BYMONTHDAY can not stand beside FREQ=WEEKLY')
  const others = [days, weeks, yearDays, monthDays, months]
  if (positions.length > 0 && others.every((values) => values.length === 0)) {
    throw new WrongRule('BYSETPOS chooses from another part such as BYDAY, and there is none')
  }
}

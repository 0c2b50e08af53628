import { formatUtcDay } from './dates.ts'
import { MS_PER_DAY, MS_PER_WEEK, type EpochMs } from './time.ts'

/** Start of Monday, 1970-01-05, the first Monday of Unix time. */
const FIRST_MONDAY = 4 * MS_PER_DAY
/**
 * Time in milliseconds from the end of a week until its weekly summary is due, so that late records of its last hours
 * are included.
 */
const CLOSES_AFTER_MS = 2 * 3_600_000

/** ISO 8601 week in UTC: Monday to Sunday, numbered in the year of its Thursday. */
export interface IsoWeek {
  /** name of the week, for example 2026-W47 */
  name: string
  from: EpochMs
  /** end of the week, exclusive: the following Monday */
  to: EpochMs
  /** time at which the weekly summary of the week is due: the following Monday, 02:00 UTC */
  closesAt: EpochMs
}

/** Returns the week of an instant. */
export function findIsoWeek(at: EpochMs): IsoWeek {
  const from = Math.floor((at - FIRST_MONDAY) / MS_PER_WEEK) * MS_PER_WEEK + FIRST_MONDAY
  const thursday = from + 3 * MS_PER_DAY
  const year = new Date(thursday).getUTCFullYear()
  const number = Math.floor((thursday - Date.UTC(year, 0, 1)) / MS_PER_WEEK) + 1
  const name = `${year}-W${String(number).padStart(2, '0')}`
  return { name, from, to: from + MS_PER_WEEK, closesAt: from + MS_PER_WEEK + CLOSES_AFTER_MS }
}

export const getPreviousWeek = ({ from }: IsoWeek): IsoWeek => findIsoWeek(from - 1)

/** Returns the month (`YYYY-MM`, UTC) that contains the last instant of a week. The cost review of the week covers it. */
export const getMonthOfWeekEnd = ({ to }: IsoWeek): string => formatUtcDay(to - 1).slice(0, 7)

/** Returns the latest week whose weekly summary is due, because the week ended at least two hours ago. */
export const findLastDueWeek = (at: EpochMs): IsoWeek => getPreviousWeek(findIsoWeek(at - CLOSES_AFTER_MS))

/** Returns the week that is `count` weeks earlier. */
export const subtractIsoWeeks = ({ from }: IsoWeek, count: number): IsoWeek => findIsoWeek(from - count * MS_PER_WEEK)

/** Returns a week by its name, for example `2026-W53`; null if the year does not have such a week. */
export function parseWeekName(name: string): IsoWeek | null {
  const [year, number] = name.split('-W').map(Number)
  // 4 January is in the first week of its year.
  const week = findIsoWeek(Date.UTC(year ?? 0, 0, 4) + ((number ?? 0) - 1) * MS_PER_WEEK)
  return week.name === name ? week : null
}

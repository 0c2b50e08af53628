import { DAY, WEEK, type EpochMs } from './time.ts'

/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4 * DAY
/** So long after its end a week is closed: late records of its last hours are in. */
const CLOSES_AFTER_MS = 2 * 3_600_000

/** An ISO 8601 week, UTC: Monday to Sunday, numbered in the year that its Thursday lies in. */
export interface IsoWeek {
  /** such as 2026-W47 */
  name: string
  from: EpochMs
  /** not included: the Monday after */
  to: EpochMs
  /** Monday 02:00 UTC after it */
  closesAt: EpochMs
}

/** The week that an instant lies in. */
export function weekOf(at: EpochMs): IsoWeek {
  const from = Math.floor((at - FIRST_MONDAY) / WEEK) * WEEK + FIRST_MONDAY
  const thursday = from + 3 * DAY
  const year = new Date(thursday).getUTCFullYear()
  const number = Math.floor((thursday - Date.UTC(year, 0, 1)) / WEEK) + 1
  const name = `${year}-W${String(number).padStart(2, '0')}`
  return { name, from, to: from + WEEK, closesAt: from + WEEK + CLOSES_AFTER_MS }
}

export const weekBefore = ({ from }: IsoWeek): IsoWeek => weekOf(from - 1)

/** The last week that is to be closed by now: over for two hours at least. */
export const lastDue = (at: EpochMs): IsoWeek => weekBefore(weekOf(at - CLOSES_AFTER_MS))

/** The week so many weeks earlier. */
export const weeksBefore = ({ from }: IsoWeek, count: number): IsoWeek => weekOf(from - count * WEEK)

/** A week by name; null when its year has no such week. */
export function namedWeek(name: string): IsoWeek | null {
  const [year, number] = name.split('-W').map(Number)
  // 4 January lies in the first week of its year
  const week = weekOf(Date.UTC(year ?? 0, 0, 4) + ((number ?? 0) - 1) * WEEK)
  return week.name === name ? week : null
}

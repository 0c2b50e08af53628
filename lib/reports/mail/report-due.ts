import { type EpochMs, weekdays } from '#lib/contract/index.ts'
import type { ReportScheduleInput } from '../api/index.ts'
import { weekBefore, weekOf } from '#lib/contract/time/iso-week.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { zonedInstant, localTime } from '#lib/notify/index.ts'

/** What decides when a report is due, and of which period it is. */
export type ReportTimes = { hour: number; zone: string } & (
  | Pick<Extract<ReportScheduleInput, { report: 'cost_weekly' }>, 'report' | 'weekday'>
  | Pick<Extract<ReportScheduleInput, { report: 'availability_monthly' }>, 'report' | 'dayOfMonth'>
)

interface DueReport {
  /** `2026-W47` or `2026-11`: UTC, as the pages have them */
  period: string
  dueAt: EpochMs
}

/** What is counted by UTC must be over where the clock is ahead of it; late records of the last hours are in by then. */
const CLOSED_AFTER_MS = 2 * 3_600_000

/** The newest report that is due by now. Each period has one, whatever the clock of the zone does. */
export const reportDue = (times: ReportTimes, now: EpochMs): DueReport =>
  // a day around the local one is always due
  occurrences(times, now).findLast(({ dueAt }) => dueAt <= now) ?? { period: '', dueAt: Infinity }

/** The one after it. */
export const nextReport = (times: ReportTimes, now: EpochMs): DueReport =>
  occurrences(times, now).find(({ dueAt }) => dueAt > now) ?? { period: '', dueAt: Infinity }

/** Around now, oldest first. */
function occurrences(times: ReportTimes, now: EpochMs): DueReport[] {
  const { day } = localTime(now, times.zone)
  return times.report === 'cost_weekly' ? weekly(times, day) : monthly(times, day)
}

function weekly({ weekday, hour, zone }: Extract<ReportTimes, { report: 'cost_weekly' }>, today: number): DueReport[] {
  // by the local calendar, whose days are counted as UTC's are
  const monday = weekOf(today * DAY).from / DAY
  return [-2, -1, 0, 1, 2].map((weeks) => {
    const day = monday + weeks * 7 + weekdays.indexOf(weekday)
    const week = weekBefore(weekOf(day * DAY))
    const dueAt = Math.max(zonedInstant({ day, minutes: hour * 60 }, zone), week.to + CLOSED_AFTER_MS)
    return { period: week.name, dueAt }
  })
}

function monthly(
  { dayOfMonth, hour, zone }: Extract<ReportTimes, { report: 'availability_monthly' }>,
  today: number,
): DueReport[] {
  const date = new Date(today * DAY)
  return [-2, -1, 0, 1, 2].map((months) => {
    const begins = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
    const period = new Date(begins - DAY).toISOString().slice(0, 7)
    const day = begins / DAY + dayOfMonth - 1
    return { period, dueAt: Math.max(zonedInstant({ day, minutes: hour * 60 }, zone), begins + CLOSED_AFTER_MS) }
  })
}

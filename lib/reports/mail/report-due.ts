import { type EpochMs, weekdays } from '#lib/contract/index.ts'
import type { ReportScheduleInput } from '../api/index.ts'
import { weekBefore, weekOf } from '#lib/contract/time/iso-week.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { zonedInstant, localTime } from '#lib/notify/index.ts'

/** The settings that determine when a report is due and which period it covers. */
export type ReportTimes = { hour: number; zone: string } & (
  | Pick<Extract<ReportScheduleInput, { report: 'cost_weekly' }>, 'report' | 'weekday'>
  | Pick<Extract<ReportScheduleInput, { report: 'availability_monthly' }>, 'report' | 'dayOfMonth'>
)

interface DueReport {
  /** name of the reported week or month in UTC, such as `2026-W47` or `2026-11` */
  period: string
  dueAt: EpochMs
}

/**
 * Minimum delay in ms after the end of a period. Periods are counted in UTC, so a period must also be over in zones
 * ahead of UTC, and late records of its last hours must have arrived.
 */
const CLOSED_AFTER_MS = 2 * 3_600_000

/** Returns the newest report that is due. Each period has exactly one, even when the clock of the zone changes. */
export const findDueReport = (times: ReportTimes, now: EpochMs): DueReport =>
  // `occurrences` always contains a report that is already due, so the fallback is never used
  occurrences(times, now).findLast(({ dueAt }) => dueAt <= now) ?? { period: '', dueAt: Infinity }

/** Returns the next report that is not due yet. */
export const nextReport = (times: ReportTimes, now: EpochMs): DueReport =>
  occurrences(times, now).find(({ dueAt }) => dueAt > now) ?? { period: '', dueAt: Infinity }

/** Returns the reports of the two periods before, the current one and the two after it, oldest first. */
function occurrences(times: ReportTimes, now: EpochMs): DueReport[] {
  const { day } = localTime(now, times.zone)
  return times.report === 'cost_weekly' ? weekly(times, day) : monthly(times, day)
}

function weekly({ weekday, hour, zone }: Extract<ReportTimes, { report: 'cost_weekly' }>, today: number): DueReport[] {
  // the weekday is a day of the local calendar; days are counted as in UTC
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

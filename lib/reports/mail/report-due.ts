import { type EpochMs, weekdays } from '#lib/contract/index.ts'
import type { ReportScheduleInput } from '../api/index.ts'
import { getPreviousWeek, findIsoWeek } from '#lib/contract/time/iso-week.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { convertFromLocalTime, convertToLocalTime } from '#lib/notify/index.ts'

/** The settings of a schedule that determine when its reports are due and which period they cover. */
export type ReportScheduleTiming = { hour: number; zone: string } & (
  | Pick<Extract<ReportScheduleInput, { report: 'cost_weekly' }>, 'report' | 'weekday'>
  | Pick<Extract<ReportScheduleInput, { report: 'availability_monthly' }>, 'report' | 'dayOfMonth'>
)

interface DueReport {
  /** the week or month of the report in UTC, such as `2026-W47` or `2026-11` */
  period: string
  dueAt: EpochMs
}

/**
 * Minimum time in ms between the end of a period and its report. A period ends at midnight UTC, and the set local time
 * may be earlier than that. The last records of a period may also arrive late.
 */
const CLOSED_AFTER_MS = 2 * 3_600_000

/**
 * Returns the newest report that is already due. There is exactly one report for each period, even if the clocks in the
 * time zone are changed.
 */
export const findDueReport = (times: ReportScheduleTiming, now: EpochMs): DueReport =>
  // `occurrences` contains a report that is already due in any case, so the fallback is only needed for the type
  occurrences(times, now).findLast(({ dueAt }) => dueAt <= now) ?? { period: '', dueAt: Infinity }

/** Returns the first report that is not yet due. */
export const findNextReport = (times: ReportScheduleTiming, now: EpochMs): DueReport =>
  occurrences(times, now).find(({ dueAt }) => dueAt > now) ?? { period: '', dueAt: Infinity }

/** Returns five consecutive reports, oldest first. The third one is due in the current week or month. */
function occurrences(times: ReportScheduleTiming, now: EpochMs): DueReport[] {
  const { day } = convertToLocalTime(now, times.zone)
  return times.report === 'cost_weekly' ? weekly(times, day) : monthly(times, day)
}

function weekly(
  { weekday, hour, zone }: Extract<ReportScheduleTiming, { report: 'cost_weekly' }>,
  today: number,
): DueReport[] {
  // `today` is a local date. Its week is computed as if it were a UTC date.
  const monday = findIsoWeek(today * MS_PER_DAY).from / MS_PER_DAY
  return [-2, -1, 0, 1, 2].map((weeks) => {
    const day = monday + weeks * 7 + weekdays.indexOf(weekday)
    const week = getPreviousWeek(findIsoWeek(day * MS_PER_DAY))
    const dueAt = Math.max(convertFromLocalTime({ day, minutes: hour * 60 }, zone), week.to + CLOSED_AFTER_MS)
    return { period: week.name, dueAt }
  })
}

function monthly(
  { dayOfMonth, hour, zone }: Extract<ReportScheduleTiming, { report: 'availability_monthly' }>,
  today: number,
): DueReport[] {
  const date = new Date(today * MS_PER_DAY)
  return [-2, -1, 0, 1, 2].map((months) => {
    const begins = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
    const period = new Date(begins - MS_PER_DAY).toISOString().slice(0, 7)
    const day = begins / MS_PER_DAY + dayOfMonth - 1
    return {
      period,
      dueAt: Math.max(convertFromLocalTime({ day, minutes: hour * 60 }, zone), begins + CLOSED_AFTER_MS),
    }
  })
}

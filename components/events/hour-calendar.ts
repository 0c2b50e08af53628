import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'

/** Hour in a calendar of events. */
export interface CalendarHour {
  /** start of the hour, epoch milliseconds */
  start: number
  /** number of events in the hour; null = not observed, or in the future */
  count: number | null
}

/** Day (UTC) in a calendar of events, with its 24 hours. */
interface CalendarDay {
  /** date, for example 2026-11-20 */
  day: string
  hours: CalendarHour[]
}

/** Returns the start of a calendar of `days` UTC days that ends with the day of `now`, epoch milliseconds. */
export const getCalendarStart = (now: number, days: number): number =>
  now - (now % MS_PER_DAY) - (days - 1) * MS_PER_DAY

/**
 * Groups hourly counts into days, newest day first. An hour without a count has null, because it is in the future or
 * was not queried.
 */
export function buildHourCalendar(
  steps: readonly { start: string; count: number | null }[],
  from: number,
  days: number,
): CalendarDay[] {
  const counts = new Map(steps.map(({ start, count }) => [Date.parse(start), count]))
  return Array.from({ length: days }, (_, back) => {
    const begin = from + (days - 1 - back) * MS_PER_DAY
    return {
      day: formatUtcDay(begin),
      hours: Array.from({ length: 24 }, (_hour, hour) => {
        const start = begin + hour * MS_PER_HOUR
        return { start, count: counts.get(start) ?? null }
      }),
    }
  })
}

/**
 * Returns the shade (0 to 4) for a number of events in an hour. 0 means no events. 1 to 4 are logarithmic steps up to
 * the busiest hour, so that a single extreme value does not hide the others.
 */
export function chooseHourShade(count: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (count <= 0) return 0
  if (most <= 1) return 4
  return (1 + Math.min(3, Math.floor((Math.log(count) / Math.log(most)) * 3.999))) as 1 | 2 | 3 | 4
}

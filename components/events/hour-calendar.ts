import { DAY, HOUR } from '#lib/contract/time/time.ts'

/** One hour of a calendar. */
export interface CalendarHour {
  /** begin, epoch milliseconds */
  start: number
  /** null = it was not observed, or has not come yet */
  count: number | null
}

/** A UTC day with its 24 hours. */
interface CalendarDay {
  /** as 2026-11-20 */
  day: string
  hours: CalendarHour[]
}

/** The begin of the UTC day so many days before the one of `now`; with 30 days of a calendar, 29. Epoch milliseconds. */
export const calendarStart = (now: number, days: number): number => now - (now % DAY) - (days - 1) * DAY

/** Steps of one hour as days, the newest first. Hours without a step have not come, or were not asked for. */
export function calendarOf(
  steps: readonly { start: string; count: number | null }[],
  from: number,
  days: number,
): CalendarDay[] {
  const counts = new Map(steps.map(({ start, count }) => [Date.parse(start), count]))
  return Array.from({ length: days }, (_, back) => {
    const begin = from + (days - 1 - back) * DAY
    return {
      day: new Date(begin).toISOString().slice(0, 10),
      hours: Array.from({ length: 24 }, (_hour, hour) => {
        const start = begin + hour * HOUR
        return { start, count: counts.get(start) ?? null }
      }),
    }
  })
}

/** How dark an hour is, 0 to 4: none, and four steps of equal ratio up to the busiest hour, so that one outlier hides no other. */
export function shadeOf(count: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (count <= 0) return 0
  if (most <= 1) return 4
  return (1 + Math.min(3, Math.floor((Math.log(count) / Math.log(most)) * 3.999))) as 1 | 2 | 3 | 4
}

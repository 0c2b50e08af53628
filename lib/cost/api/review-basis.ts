import { getMonthOfWeekEnd, parseWeekName } from '#lib/contract/time/iso-week.ts'

/* Texts about the earlier review to which the changes and the corrections of a review refer. The review of a week covers
   the month in which the week ends, so that two reviews can be about different months. */

const monthOf = (week: string): string => {
  const parsed = parseWeekName(week)
  return parsed ? getMonthOfWeekEnd(parsed) : 'its month'
}

/** Formats the amounts from which `variance` is computed: `W48’s forecast of 2026-11`. */
export const formatComparedForecast = (week: string): string => `${week.slice(-3)}’s forecast of ${monthOf(week)}`

/** Formats the period whose cost a correction changes: `2026-11 until the end of 2026-W48`. */
export const formatCorrectedPeriod = (week: string): string => `${monthOf(week)} until the end of ${week}`

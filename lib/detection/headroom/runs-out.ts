import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'

/** Who knows what a limit will be in ten years. */
const FARTHEST_MS = 3_650 * DAY

/** The largest number of prefixes that a day of UTC saw. */
export interface DailyMaximum {
  /** begin of the day */
  day: EpochMs
  count: number
}

/**
 * Between which dates a growing number of prefixes reaches its limit: from the last day on, with the lower and the upper quartile
 * of the slopes between all pairs of days (Theil-Sen: a day that is far off moves no quartile). Slopes are prefixes a day.
 * @param least fewest days from which a trend is drawn
 * @returns null where it is not growing, even slowly, where too little is known, or beyond ten years; a limit that is already
 * reached gives the last day
 */
export function runsOutBetween(days: readonly DailyMaximum[], limit: number, least: number): Bounds | null {
  const ordered = days.toSorted((a, b) => a.day - b.day)
  const last = ordered.at(-1)
  if (!last || ordered.length < least) return null
  const slopes = slopesOf(ordered)
  const [slow, fast] = [quantile(slopes, 0.25), quantile(slopes, 0.75)]
  if (slow <= 0) return null
  const left = Math.max(0, limit - last.count)
  const reached = (slope: number) => last.day + Math.round((left / slope) * DAY)
  const bounds = { earliest: reached(fast), latest: reached(slow) }
  return bounds.latest - last.day > FARTHEST_MS ? null : bounds
}

function slopesOf(days: readonly DailyMaximum[]): number[] {
  return days
    .flatMap((a, i) => days.slice(i + 1).map((b) => ((b.count - a.count) / (b.day - a.day)) * DAY))
    .toSorted((a, b) => a - b)
}

const quantile = (ordered: readonly number[], share: number) => ordered[Math.round(share * (ordered.length - 1))] ?? 0

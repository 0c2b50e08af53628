import type { ForecastPercentiles } from '../money.ts'
import { HOURS_OF_WEEK, type BilledHourSeries, countKnownHours, computeMeanHourBytes } from './hour-series.ts'

/** MAX_WEEKS and MIN_WEEKS: number of weeks from which a trend is computed. */
const MAX_WEEKS = 26
const MIN_WEEKS = 8
/**
 * Factor by which the growth decreases from each week to the next. In tests with real traffic, a trend without this
 * damping was never more accurate.
 */
const DAMPING = 0.9
/** Number of weeks that a past forecast covers when it is tested whether the trend makes forecasts more accurate. */
const TRIED_WEEKS = 4
const MIN_TRIALS = 4
const KNOWN_SHARE = 0.5

export interface UsageTrend {
  /** Current level, in bytes per hour. */
  level: number
  /**
   * Growth of each week, in bytes per hour; 0 = there is no trend, or the trend did not make past forecasts more
   * accurate.
   */
  perWeek: number
  /** Standard deviation of the relative change from one week to the next. */
  spread: number
  weeks: number
}

/**
 * Returns the trend of the weekly means. The growth is the median of the slopes between all pairs of weeks (Theil-Sen),
 * so that single weeks have little effect. It is 0 if past forecasts over four weeks were not more accurate with the
 * trend than with a constant level.
 */
export function computeWeeklyUsageTrend(series: BilledHourSeries, now: number): UsageTrend {
  const weeks = weeklyMeans(series, now)
  const level = median(weeks.slice(-4))
  const steps = weeks.slice(1).map((mean, i) => Math.log(mean / (weeks[i] ?? mean)))
  const spread = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / Math.max(1, steps.length))
  const perWeek = weeks.length >= MIN_WEEKS && helps(weeks) ? slope(weeks) : 0
  return { level: weeks.length > 0 ? level : Number.NaN, perWeek, spread, weeks: weeks.length }
}

/**
 * Forecasts the mean bytes per hour of a future week, as low, likely and high value.
 * @param weeks number of weeks ahead
 */
export function forecastWeek({ level, perWeek, spread }: UsageTrend, weeks: number): ForecastPercentiles<number> {
  const growth = (perWeek * DAMPING * (1 - DAMPING ** weeks)) / (1 - DAMPING)
  const likely = Math.max(0, level + growth)
  // 1.28 standard deviations give the 10th and the 90th percentile; the error grows with the square root of the number
  // of weeks
  const factor = Math.exp(1.28 * spread * Math.sqrt(Math.max(1, weeks)))
  return { p10: likely / factor, p50: likely, p90: likely * factor }
}

function weeklyMeans(series: BilledHourSeries, now: number): number[] {
  const means: number[] = []
  for (let end = now; end >= HOURS_OF_WEEK && means.length < MAX_WEEKS; end -= HOURS_OF_WEEK) {
    const known = countKnownHours(series, end - HOURS_OF_WEEK, end)
    const mean = computeMeanHourBytes(series, end - HOURS_OF_WEEK, end)
    if (known >= KNOWN_SHARE * HOURS_OF_WEEK && mean > 0) means.push(mean)
  }
  if (means.length === 0 && countKnownHours(series, 0, now) > 0) means.push(computeMeanHourBytes(series, 0, now))
  return means.toReversed()
}

function helps(weeks: readonly number[]): boolean {
  let [flat, trended, trials] = [0, 0, 0]
  for (let at = MIN_WEEKS; at + TRIED_WEEKS <= weeks.length; at++) {
    const past = weeks.slice(0, at)
    const truth = weeks[at + TRIED_WEEKS - 1] ?? 0
    const level = median(past.slice(-4))
    flat += Math.abs(level - truth)
    trended += Math.abs(forecastWeek({ level, perWeek: slope(past), spread: 0, weeks: at }, TRIED_WEEKS).p50 - truth)
    trials++
  }
  return trials >= MIN_TRIALS && trended < flat
}

function slope(values: readonly number[]): number {
  return median(values.flatMap((a, i) => values.slice(i + 1).map((b, j) => (b - a) / (j + 1))))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

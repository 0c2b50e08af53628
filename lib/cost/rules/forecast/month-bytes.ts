import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { ForecastPercentiles } from '../money.ts'
import type { BilledUsage } from '../usage/billed-usage.ts'
import { computeRecentLevel, computeWeekProfile } from './forecast-methods.ts'
import { type BilledHourSeries, getHourOfWeek } from './hour-series.ts'

/**
 * Estimated bytes that passed in times without measurement. p10 is 0. p50 is the usual number of bytes of these hours.
 * p90 assumes the bytes of the busiest known hour for each hour, limited by the capacity of the paths.
 */
interface GapFill {
  p10: 0n
  p50: bigint
  p90: bigint
}

/**
 * Estimates the bytes that passed in times without measurement.
 * @param ceilingPerHour maximum bytes of an hour; the capacity of the paths is used instead if it is lower
 * @param likelyPerHour returns the usual bytes of the hour with this begin
 */
export function estimateGapBytes(
  usage: Pick<BilledUsage, 'gaps'>,
  ceilingPerHour: number,
  likelyPerHour: (start: EpochMs) => number,
): GapFill {
  let [likely, most] = [0n, 0n]
  for (const gap of usage.gaps) {
    const hours = gap.seconds / 3_600
    const length = (gap.to - gap.from) / MS_PER_HOUR
    let usual = 0
    for (let at = gap.from; at < gap.to; at += MS_PER_HOUR) usual += likelyPerHour(at) * (hours / length)
    const ceiling = BigInt(Math.ceil(ceilingPerHour * hours))
    const bound = gap.atMost !== null && gap.atMost < ceiling ? gap.atMost : ceiling
    // the usual bytes include those of the gap that a counter already counted, so the counted bytes are subtracted
    const filled = BigInt(Math.round(Math.max(0, usual - Number(gap.counted ?? 0n))))
    most += bound
    likely += filled < bound ? filled : bound
  }
  return { p10: 0n, p50: likely, p90: most }
}

/**
 * Returns the bytes of the busiest known hour before index `now`. They are the assumed maximum of an hour without
 * measurement.
 */
export function computeBusiestHour(series: BilledHourSeries, now: number): number {
  let most = 0
  for (let i = 0; i < now; i++) most = Math.max(most, series.bytes[i] || 0)
  return most
}

/**
 * Returns a function that returns the usual bytes of an hour. They are the bytes of this hour in the usual week, times
 * the recent level of traffic. The function returns 0 if no hour of the last four weeks is known.
 */
export function createUsualHourBytes(series: BilledHourSeries, now: number): (start: EpochMs) => number {
  const profile = computeWeekProfile(series, now)
  // an unknown hour of the usual week gets the mean of all hours, so that NaN occurs only if all hours are unknown
  if (profile.some(Number.isNaN)) return () => 0
  const level = computeRecentLevel(series, profile, now)
  return (start) => level * (profile[getHourOfWeek(series, Math.round((start - series.start) / MS_PER_HOUR))] ?? 0)
}

/**
 * Returns the low, likely and high number of bytes of a month. Each is the sum of the measured bytes, the estimate for
 * times without measurement, and the forecast.
 */
export function sumMonthBytes(
  usage: BilledUsage,
  gaps: GapFill,
  rest: ForecastPercentiles<number>,
): ForecastPercentiles<bigint> {
  const sum = (of: keyof ForecastPercentiles<number>) => usage.bytes + gaps[of] + BigInt(Math.round(rest[of]))
  return { p10: sum('p10'), p50: sum('p50'), p90: sum('p90') }
}

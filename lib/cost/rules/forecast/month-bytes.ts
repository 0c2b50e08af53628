import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { ForecastPercentiles } from '../money.ts'
import type { BilledUsage } from '../usage/billed-usage.ts'
import { computeRecentLevel, computeWeekProfile } from './forecast-methods.ts'
import { type BilledHourSeries, getHourOfWeek } from './hour-series.ts'

/**
 * Estimated bytes that passed in times without polls. p10: 0. p50: the usual bytes of these hours. p90: the bytes of
 * the busiest hour for each hour, but at most the capacity of the paths.
 */
interface GapFill {
  p10: 0n
  p50: bigint
  p90: bigint
}

/**
 * Estimates the bytes that passed in times without polls.
 * @param ceilingPerHour maximum bytes of an hour; not used if the capacity of the paths is lower
 * @param likelyPerHour returns the usual bytes of an hour, by its begin
 */
export function estimateGapBytes(
  usage: Pick<BilledUsage, 'gaps'>,
  ceilingPerHour: number,
  likelyPerHour: (start: EpochMs) => number,
): GapFill {
  let [likely, most] = [0n, 0n]
  for (const gap of usage.gaps) {
    const hours = gap.seconds / 3_600
    const length = (gap.to - gap.from) / HOUR
    let usual = 0
    for (let at = gap.from; at < gap.to; at += HOUR) usual += likelyPerHour(at) * (hours / length)
    const ceiling = BigInt(Math.ceil(ceilingPerHour * hours))
    const bound = gap.atMost !== null && gap.atMost < ceiling ? gap.atMost : ceiling
    // subtract the bytes of the gap that are already counted, because the usual bytes include them
    const filled = BigInt(Math.round(Math.max(0, usual - Number(gap.counted ?? 0n))))
    most += bound
    likely += filled < bound ? filled : bound
  }
  return { p10: 0n, p50: likely, p90: most }
}

/**
 * Returns the bytes of the busiest known hour before index `now`. It is used as the maximum for hours without polls.
 */
export function computeBusiestHour(series: BilledHourSeries, now: number): number {
  let most = 0
  for (let i = 0; i < now; i++) most = Math.max(most, series.bytes[i] || 0)
  return most
}

/**
 * Returns a function that gives the usual bytes of an hour: the hour of the usual week times the recent level. It gives
 * 0 if all four weeks of the profile are unknown.
 */
export function createUsualHourBytes(series: BilledHourSeries, now: number): (start: EpochMs) => number {
  const profile = computeWeekProfile(series, now)
  // an unknown hour gets the mean of all hours, so a NaN means that all hours are unknown
  if (profile.some(Number.isNaN)) return () => 0
  const level = computeRecentLevel(series, profile, now)
  return (start) => level * (profile[getHourOfWeek(series, Math.round((start - series.start) / HOUR))] ?? 0)
}

/**
 * Returns a month's bytes as low, likely and high number: measured bytes plus the estimate for times without polls plus
 * the forecast.
 */
export function sumMonthBytes(
  usage: BilledUsage,
  gaps: GapFill,
  rest: ForecastPercentiles<number>,
): ForecastPercentiles<bigint> {
  const sum = (of: keyof ForecastPercentiles<number>) => usage.bytes + gaps[of] + BigInt(Math.round(rest[of]))
  return { p10: sum('p10'), p50: sum('p50'), p90: sum('p90') }
}

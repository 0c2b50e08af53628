import type { ForecastPercentiles } from '../money.ts'
import { computeForecastLogHalfWidth } from './forecast-band.ts'
import { forecastHourlyBytes, forecastByRunRate } from './forecast-methods.ts'
import { HOURS_OF_DAY, HOURS_OF_WEEK, type BilledHourSeries, countKnownHours } from './hour-series.ts'

export const forecastMethods = ['too_early', 'run_rate', 'short_past', 'own_past'] as const
export type ForecastMethod = (typeof forecastMethods)[number]

/**
 * Minimum number of known hours for a forecast. If less than a day is known, the unknown hours of the day cannot be
 * estimated.
 */
const MIN_HOURS = HOURS_OF_DAY

interface RestForecast {
  /** Low, likely and high number of bytes in the remaining hours; null = too little usage is known for a forecast. */
  band: ForecastPercentiles<number> | null
  basis: ForecastMethod
}

const TOO_EARLY: RestForecast = { band: null, basis: 'too_early' }

/**
 * Forecasts the bytes of the hours [now, to) from earlier hours. The method depends on the number of known hours.
 * - Less than a day: no forecast.
 * - Less than a week: the mean of the known hours.
 * - A week or more: the mean of three methods.
 *
 * The range from p10 to p90 comes from the errors of past forecasts over the same number of hours. If there are too few
 * of them, it comes from past forecasts over fewer hours. If these are too few as well, the range is a factor of 1.65
 * up and down.
 * @param now index of the first hour to forecast; later hours of `series` are not read
 */
export function forecastRemainingHours(series: BilledHourSeries, now: number, to: number): RestForecast {
  if (to <= now) return { band: { p10: 0, p50: 0, p90: 0 }, basis: 'own_past' }
  const known = countKnownHours(series, 0, now)
  if (known < MIN_HOURS) return TOO_EARLY
  const isShort = known < HOURS_OF_WEEK
  const likely = isShort ? forecastByRunRate(series, 0, now, to) : forecastHourlyBytes(series, now, to)
  if (!Number.isFinite(likely)) return TOO_EARLY
  const width = computeForecastLogHalfWidth(series, now, to - now)
  return {
    band: { p10: likely / Math.exp(width.log), p50: likely, p90: likely * Math.exp(width.log) },
    basis: isShort ? 'run_rate' : width.basis === 'past_errors' ? 'own_past' : 'short_past',
  }
}

/** Returns a sentence that explains on which data and method a forecast is based. */
export function formatForecastBasis(basis: ForecastMethod, knownDays: number): string {
  const days = `${Math.floor(knownDays)} ${Math.floor(knownDays) === 1 ? 'day' : 'days'}`
  switch (basis) {
    case 'too_early':
      return 'Less than a day is known, which is too early for a forecast of the month.'
    case 'run_rate':
      return `Only ${days} are known. The forecast continues the traffic so far. No full week is known, so weekends are a guess.`
    case 'short_past':
      return `${days} are known: the week's profile, the recent level and the week before. The error of such a forecast over the rest of a month is not known yet, so the band is wider.`
    case 'own_past':
      return `${days} are known: the mean of the week's profile, the recent level and the week before; the band is past forecast error.`
  }
}

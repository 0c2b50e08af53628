import { computeForecastLogHalfWidth, computePastErrors } from './forecast-band.ts'
import {
  HOURS_OF_DAY,
  HOURS_OF_WEEK,
  type BilledHourSeries,
  countKnownHours,
  computeMeanHourBytes,
} from './hour-series.ts'
import { forecastHourlyBytes } from './forecast-methods.ts'

/**
 * Accuracy of past forecasts of a month's total. Only forecasts are included that were made after the same part of a
 * month as today.
 */
interface BackTest {
  /**
   * Mean of |forecast - actual| / actual for the totals of past months (mean absolute percentage error); null = there
   * is no past forecast whose actual total is known.
   */
  mape: number | null
  /**
   * Share of past forecasts whose range (p10 to p90) contained the actual value; null = there is no such forecast yet.
   */
  bandHeld: number | null
  /**
   * Number of past forecasts that were compared with the actual value. A forecast is repeated for each past day, so the
   * compared months overlap.
   */
  months: number
}

/** Minimum share of known hours in the elapsed part of a past month for including that month. */
const KNOWN_SHARE = 0.8

/**
 * Repeats the forecast for each past day, using only data from before that day, and compares the result with the actual
 * traffic. Each of these forecasts is made after `elapsed` hours of a month, for the remaining `rest` hours.
 * @param now index of the first hour of `series` that is not used
 */
export function backTestForecast(series: BilledHourSeries, now: number, elapsed: number, rest: number): BackTest {
  if (rest <= 0) return { mape: null, bandHeld: null, months: 0 }
  const errors = computePastErrors(series, now, rest)
  const [apes, held]: [number[], boolean[]] = [[], []]
  for (const error of errors) {
    const { origin, log } = error
    const begin = origin - elapsed
    if (begin < 0 || origin < HOURS_OF_WEEK || countKnownHours(series, begin, origin) < KNOWN_SHARE * elapsed) continue
    const soFar = elapsed > 0 ? computeMeanHourBytes(series, begin, origin) * elapsed : 0
    const forecast = forecastHourlyBytes(series, origin, origin + rest)
    const truth = forecast * Math.exp(log)
    apes.push(Math.abs(forecast - truth) / (soFar + truth))
    const matured = errors.filter((past) => past.origin + rest <= origin)
    held.push(Math.abs(log) <= computeForecastLogHalfWidth(series, origin, rest, matured).log)
  }
  if (apes.length === 0) return { mape: null, bandHeld: null, months: 0 }
  return {
    mape: apes.reduce((sum, ape) => sum + ape, 0) / apes.length,
    bandHeld: held.filter(Boolean).length / held.length,
    months: apes.length,
  }
}

/** Returns the number of days with known usage before an hour. The number is shown in texts. */
export const countKnownDays = (series: BilledHourSeries, now: number): number =>
  countKnownHours(series, 0, now) / HOURS_OF_DAY

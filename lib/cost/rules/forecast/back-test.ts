import { computeForecastLogHalfWidth, computePastErrors } from './forecast-band.ts'
import {
  HOURS_OF_DAY,
  HOURS_OF_WEEK,
  type BilledHourSeries,
  countKnownHours,
  computeMeanHourBytes,
} from './hour-series.ts'
import { forecastHourlyBytes } from './forecast-methods.ts'

/** Accuracy of past forecasts of a month's total that were made after the same part of a month had passed. */
interface BackTest {
  /**
   * Mean of |forecast - truth| / truth for a month's total (mean absolute percentage error); null = the result of no
   * past forecast is known yet.
   */
  mape: number | null
  /** Share of past bands that contained the true value; null = there is no past band. */
  bandHeld: number | null
  /**
   * Number of past forecasts that were compared with the true value. A forecast is repeated for each past day, so the
   * months that they cover overlap.
   */
  months: number
}

/** Minimum share of the elapsed hours of a past month that must be known for including it. */
const KNOWN_SHARE = 0.8

/**
 * Repeats the forecast for each past day, using only data from before that day, and compares it with the traffic that
 * followed. Each time, `elapsed` hours of a month have passed and `rest` hours remain.
 * @param now index of the first hour that is not read
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

/** Returns the number of days with known usage before an hour; used in texts. */
export const countKnownDays = (series: BilledHourSeries, now: number): number =>
  countKnownHours(series, 0, now) / HOURS_OF_DAY

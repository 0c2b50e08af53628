import { forecastHourlyBytes } from './forecast-methods.ts'
import {
  HOURS_OF_DAY,
  HOURS_OF_WEEK,
  type BilledHourSeries,
  countKnownHours,
  computeMeanHourBytes,
} from './hour-series.ts'

/**
 * QUANTILE and WIDEN determine the width of the range from p10 to p90, which should contain the actual value in 80 % of
 * cases. The 80th percentile of past errors contained only 68-70 % of real bursty traffic, because the level of traffic
 * may change from one month to the next. The 85th percentile, widened by a fifth, contained more of it. Ranges that
 * adapt after each wrong forecast were wider (docs/cost.md).
 */
const QUANTILE = 0.85
const WIDEN = 1.2
/** Minimum number of past errors from which a percentile is computed. */
const MIN_ERRORS = 8
/**
 * Half width of the range (p10 to p90) as a natural logarithm. It is used while there are too few past errors, and
 * corresponds to a factor of 1.65 up and down.
 */
const PRIOR = 0.5
/**
 * Parameters for the errors of shorter forecasts. They are used as long as there are too few past errors of forecasts
 * over the wanted number of hours. A shorter forecast covers at least five days (or the wanted time if that is
 * shorter). The 90th percentile of its errors is widened by half, and the half width is at least 5 %.
 */
const SHORT_DAYS = 5
const SHORT_QUANTILE = 0.9
const SHORT_WIDEN = 1.5
const SHORT_LEAST = 0.05
const MIN_SHORT_ERRORS = 3
const SHORT_FROM_DAYS = 28
/**
 * Maximum age in days of a past error that is used, half a year. Older errors are not typical of the current traffic.
 */
const MAX_ERRORS = 180
/** Minimum share of known hours in the time of a past forecast for using its error. */
const KNOWN_SHARE = 0.8

/**
 * Error of a past forecast as log(actual / forecast). A forecast of half the actual value and a forecast of twice the
 * actual value therefore have errors of the same size.
 */
interface PastError {
  /** Index of the hour at which the past forecast begins. */
  origin: number
  log: number
}

/**
 * Returns the errors of past forecasts over `horizon` hours, oldest first. The forecast is repeated for each day whose
 * forecast time has already ended, for at most 180 days.
 */
export function computePastErrors(series: BilledHourSeries, now: number, horizon: number): PastError[] {
  const errors: PastError[] = []
  const oldest = Math.max(HOURS_OF_WEEK, now - horizon - MAX_ERRORS * HOURS_OF_DAY)
  for (let origin = now - horizon; origin >= oldest; origin -= HOURS_OF_DAY) {
    const log = errorOf(series, origin, horizon)
    if (log !== null) errors.push({ origin, log })
  }
  return errors.toReversed()
}

/**
 * Returns half the width of the range from p10 to p90 as a logarithm x, so that p10 = forecast / e^x and p90 = forecast
 * * e^x.
 * @param horizon number of hours that the forecast covers
 * @param errors errors of past forecasts over the same number of hours
 */
export function computeForecastLogHalfWidth(
  series: BilledHourSeries,
  now: number,
  horizon: number,
  errors: readonly PastError[] = computePastErrors(series, now, horizon),
): { log: number; basis: 'past_errors' | 'short_errors' | 'none' } {
  if (errors.length >= MIN_ERRORS) {
    return { log: quantile(errors, QUANTILE) * WIDEN * (1 + 1 / apart(errors, horizon)), basis: 'past_errors' }
  }
  const short: PastError[] = []
  const oldest = Math.max(HOURS_OF_WEEK, now - SHORT_FROM_DAYS * HOURS_OF_DAY)
  for (let origin = now - SHORT_DAYS * HOURS_OF_DAY; origin >= oldest; origin -= HOURS_OF_DAY) {
    const log = errorOf(series, origin, Math.min(horizon, now - origin))
    if (log !== null) short.push({ origin, log })
  }
  if (short.length < MIN_SHORT_ERRORS) return { log: PRIOR, basis: 'none' }
  return { log: Math.max(SHORT_LEAST, quantile(short, SHORT_QUANTILE) * SHORT_WIDEN), basis: 'short_errors' }
}

/**
 * Returns the number of independent errors, at least 1. The forecasts of consecutive days overlap, so each period of
 * `horizon` hours counts as only one error.
 */
function apart(errors: readonly PastError[], horizon: number): number {
  return Math.max(1, (errors.length * HOURS_OF_DAY) / horizon)
}

function errorOf(series: BilledHourSeries, origin: number, horizon: number): number | null {
  if (countKnownHours(series, origin, origin + horizon) < KNOWN_SHARE * horizon) return null
  const [truth, forecast] = [
    computeMeanHourBytes(series, origin, origin + horizon) * horizon,
    forecastHourlyBytes(series, origin, origin + horizon),
  ]
  return truth > 0 && forecast > 0 ? Math.log(truth / forecast) : null
}

/**
 * Returns the quantile q of the absolute errors. It is the error with the rank (n + 1) * q, rounded up, so that the
 * quantile is not too low if there are few errors (conformal prediction).
 */
function quantile(errors: readonly PastError[], q: number): number {
  const sizes = errors.map(({ log }) => Math.abs(log)).toSorted((a, b) => a - b)
  return sizes[Math.min(sizes.length - 1, Math.ceil(q * (sizes.length + 1)) - 1)] ?? PRIOR
}

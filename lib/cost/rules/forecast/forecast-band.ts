import { forecastHourlyBytes } from './forecast-methods.ts'
import {
  HOURS_OF_DAY,
  HOURS_OF_WEEK,
  type BilledHourSeries,
  countKnownHours,
  computeMeanHourBytes,
} from './hour-series.ts'

/**
 * QUANTILE and WIDEN determine the width of the band. The band should contain the true value in 80 % of cases. A band
 * of the 80th percentile contained only 68-70 % of real bursty traffic, because the errors of one month do not predict
 * the errors of the next month if the level of traffic changes. The 85th percentile, widened by a fifth, contained
 * more, and was narrower than bands that adapt after each miss (docs/cost.md).
 */
const QUANTILE = 0.85
const WIDEN = 1.2
/** Minimum number of past errors for computing a percentile. */
const MIN_ERRORS = 8
/**
 * Half width of the band, as a natural logarithm, while there are too few past errors. It is a factor of 1.65 up or
 * down.
 */
const PRIOR = 0.5
/**
 * Parameters for errors of forecasts over less than the wanted time. They are used until there are enough errors over
 * the whole wanted time. These forecasts cover at least five days (or the whole wanted time if it is shorter), their
 * 90th percentile is widened by half, and the half width is at least 5 %.
 */
const SHORT_DAYS = 5
const SHORT_QUANTILE = 0.9
const SHORT_WIDEN = 1.5
const SHORT_LEAST = 0.05
const MIN_SHORT_ERRORS = 3
const SHORT_FROM_DAYS = 28
/** Number of days from which past errors are used, half a year. Older errors are not typical of the current traffic. */
const MAX_ERRORS = 180
/** Minimum share of the hours of a past forecast that must be known for using its error. */
const KNOWN_SHARE = 0.8

/**
 * Error of a past forecast as log(truth / forecast). Half and twice the forecast are therefore equally large errors.
 */
interface PastError {
  /** Index of the hour at which the past forecast begins. */
  origin: number
  log: number
}

/**
 * Returns the errors of forecasts over `horizon` hours. One forecast is repeated for each of the last 180 days that
 * ended at least `horizon` hours before `now`; oldest first.
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
 * Returns half the width of the band as a logarithm x: p10 = forecast / e^x, p90 = forecast * e^x.
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
 * Returns the number of independent errors, at least 1. Forecasts of consecutive days overlap, so only one error for
 * each `horizon` hours counts.
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
 * Returns the quantile q of the absolute errors in a way that holds for few errors, too: the error with the rank (n +
 * 1) * q, rounded up (conformal prediction).
 */
function quantile(errors: readonly PastError[], q: number): number {
  const sizes = errors.map(({ log }) => Math.abs(log)).toSorted((a, b) => a - b)
  return sizes[Math.min(sizes.length - 1, Math.ceil(q * (sizes.length + 1)) - 1)] ?? PRIOR
}

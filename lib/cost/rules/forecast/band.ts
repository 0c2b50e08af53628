import { forecastMean } from './members.ts'
import { HOURS_OF_DAY, HOURS_OF_WEEK, type HourSeries, knownHours, meanHour } from './series.ts'

/**
 * QUANTILE and WIDEN: quantile and factor of the band, which is nominally 80 %. Plain conformal bands contained only
 * 68-70 % of real bursty traffic, because one month's errors do not predict the next month's if the level changes. The
 * 85th percentile of past errors plus a fifth contained more, and was narrower than bands that adapt their level after
 * each miss (docs/cost.md).
 */
const QUANTILE = 0.85
const WIDEN = 1.2
/** Minimum number of past errors for a quantile. */
const MIN_ERRORS = 8
/**
 * Half width of the band before a week is known, as a logarithm: a factor of 1.65 in either direction, because past
 * errors do not exist yet.
 */
const PRIOR = 0.5
/**
 * Parameters for errors over shorter times than the horizon, used until enough errors over the whole horizon exist.
 * Their times are at least five days long, their quantile is widened by half, and the result is at least 5 %.
 */
const SHORT_DAYS = 5
const SHORT_QUANTILE = 0.9
const SHORT_WIDEN = 1.5
const SHORT_LEAST = 0.05
const MIN_SHORT_ERRORS = 3
const SHORT_FROM_DAYS = 28
/** Maximum number of past errors: half a year of days. Older errors belong to different traffic. */
const MAX_ERRORS = 180
/** Minimum share of hours with known usage for a forecast error to count. */
const KNOWN_SHARE = 0.8

/** Error of a past forecast, as log(truth / forecast), so that twice and half are the same distance. */
interface PastError {
  /** hour at which the forecast would have been made */
  origin: number
  log: number
}

/**
 * Returns the errors of forecasts over `horizon` hours, made once a day before hour `now`; oldest first, at most 180.
 */
export function pastErrors(series: HourSeries, now: number, horizon: number): PastError[] {
  const errors: PastError[] = []
  const oldest = Math.max(HOURS_OF_WEEK, now - horizon - MAX_ERRORS * HOURS_OF_DAY)
  for (let origin = now - horizon; origin >= oldest; origin -= HOURS_OF_DAY) {
    const log = errorOf(series, origin, horizon)
    if (log !== null) errors.push({ origin, log })
  }
  return errors.toReversed()
}

/**
 * Returns half the width of the band as the logarithm x of a factor: p10 = forecast / e^x, p90 = forecast x e^x.
 * @param errors errors of past forecasts over the same horizon whose truth is known
 */
export function bandWidth(
  series: HourSeries,
  now: number,
  horizon: number,
  errors: readonly PastError[] = pastErrors(series, now, horizon),
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

/** Returns the number of independent errors. Forecasts made once a day overlap unless they are a horizon apart. */
function apart(errors: readonly PastError[], horizon: number): number {
  return Math.max(1, (errors.length * HOURS_OF_DAY) / horizon)
}

function errorOf(series: HourSeries, origin: number, horizon: number): number | null {
  if (knownHours(series, origin, origin + horizon) < KNOWN_SHARE * horizon) return null
  const [truth, forecast] = [
    meanHour(series, origin, origin + horizon) * horizon,
    forecastMean(series, origin, origin + horizon),
  ]
  return truth > 0 && forecast > 0 ? Math.log(truth / forecast) : null
}

/** Returns the conformal quantile of the absolute errors: the ceiling of (n + 1) q. */
function quantile(errors: readonly PastError[], q: number): number {
  const sizes = errors.map(({ log }) => Math.abs(log)).toSorted((a, b) => a - b)
  return sizes[Math.min(sizes.length - 1, Math.ceil(q * (sizes.length + 1)) - 1)] ?? PRIOR
}

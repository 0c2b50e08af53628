import { meanOfMembers } from './members.ts'
import { HOURS_OF_DAY, HOURS_OF_WEEK, type HourSeries, knownHours, meanHour } from './series.ts'

/**
 * Nominal 80 %, taken wider: plain conformal bands held 68-70 % on real bursty traffic, as one month's errors say too little of the
 * next one's once the level moves. The 85th percentile of past errors and a fifth on top held more, and was narrower than bands that
 * adapt their level after each miss (docs/cost.md).
 */
const QUANTILE = 0.85
const WIDEN = 1.2
/** Fewer past errors than this don't make a quantile. */
const MIN_ERRORS = 8
/** Before a week is known there is no past error at all: a factor of 1.65 in either direction. */
const PRIOR = 0.5
/** Errors over shorter times than asked for, while nothing longer has passed: from five days on, a half wider, never under 5 %. */
const SHORT_DAYS = 5
const SHORT_QUANTILE = 0.9
const SHORT_WIDEN = 1.5
const SHORT_LEAST = 0.05
const MIN_SHORT_ERRORS = 3
const SHORT_FROM_DAYS = 28
/** Half a year of days says enough of errors; older ones are of another traffic. */
const MAX_ERRORS = 180
/** Of the hours that an error is measured over, so many must be known. */
const KNOWN_SHARE = 0.8

/** What a past forecast got wrong: log(truth / forecast), so that twice and half are the same distance. */
interface PastError {
  /** the hour at which it would have been made */
  origin: number
  log: number
}

/** The errors that forecasts over `horizon` hours, made once a day, had before hour `now`; oldest first, 180 at most. */
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
 * Half the width of the band as a factor's logarithm: p10 = forecast / e^x, p90 = forecast x e^x.
 * @param errors of past forecasts over the same horizon, each of them matured
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

/** How many of the errors are independent of each other: made once a day, they overlap unless a horizon lies between them. */
function apart(errors: readonly PastError[], horizon: number): number {
  return Math.max(1, (errors.length * HOURS_OF_DAY) / horizon)
}

function errorOf(series: HourSeries, origin: number, horizon: number): number | null {
  if (knownHours(series, origin, origin + horizon) < KNOWN_SHARE * horizon) return null
  const [truth, forecast] = [
    meanHour(series, origin, origin + horizon) * horizon,
    meanOfMembers(series, origin, origin + horizon),
  ]
  return truth > 0 && forecast > 0 ? Math.log(truth / forecast) : null
}

/** The conformal quantile of the errors' sizes: the ceiling of (n + 1) q. */
function quantile(errors: readonly PastError[], q: number): number {
  const sizes = errors.map(({ log }) => Math.abs(log)).toSorted((a, b) => a - b)
  return sizes[Math.min(sizes.length - 1, Math.ceil(q * (sizes.length + 1)) - 1)] ?? PRIOR
}

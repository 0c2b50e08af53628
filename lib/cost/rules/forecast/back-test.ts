import { bandWidth, pastErrors } from './band.ts'
import { HOURS_OF_DAY, HOURS_OF_WEEK, type HourSeries, knownHours, meanHour } from './series.ts'
import { forecastMean } from './members.ts'

/** Accuracy of forecasts of a month's total, made at the same point of past months. */
interface BackTest {
  /**
   * mean of |forecast - truth| / truth of the month's total; null = the truth of all past forecasts is still unknown
   */
  mape: number | null
  /** share of the bands that contained the truth; null = no band was made */
  bandHeld: number | null
  /**
   * number of past forecasts that were compared with the truth; one begins each day, so the months that they cover
   * overlap
   */
  months: number
}

/** Minimum known share of a past month's elapsed hours for a back-test. */
const KNOWN_SHARE = 0.8

/**
 * Repeats the forecast at each past day as if `elapsed` hours of a month had passed, using only data known at that day.
 * @param now only hours before it are read
 * @param elapsed hours of the month that have passed
 * @param rest hours of the month that remain
 */
export function backTestForecast(series: HourSeries, now: number, elapsed: number, rest: number): BackTest {
  if (rest <= 0) return { mape: null, bandHeld: null, months: 0 }
  const errors = pastErrors(series, now, rest)
  const [apes, held]: [number[], boolean[]] = [[], []]
  for (const error of errors) {
    const { origin, log } = error
    const begin = origin - elapsed
    if (begin < 0 || origin < HOURS_OF_WEEK || knownHours(series, begin, origin) < KNOWN_SHARE * elapsed) continue
    const soFar = elapsed > 0 ? meanHour(series, begin, origin) * elapsed : 0
    const forecast = forecastMean(series, origin, origin + rest)
    const truth = forecast * Math.exp(log)
    apes.push(Math.abs(forecast - truth) / (soFar + truth))
    const matured = errors.filter((past) => past.origin + rest <= origin)
    held.push(Math.abs(log) <= bandWidth(series, origin, rest, matured).log)
  }
  if (apes.length === 0) return { mape: null, bandHeld: null, months: 0 }
  return {
    mape: apes.reduce((sum, ape) => sum + ape, 0) / apes.length,
    bandHeld: held.filter(Boolean).length / held.length,
    months: apes.length,
  }
}

/** Returns the number of known days of a series before an hour, for texts. */
export const knownDays = (series: HourSeries, now: number): number => knownHours(series, 0, now) / HOURS_OF_DAY

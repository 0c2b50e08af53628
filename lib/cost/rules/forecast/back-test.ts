import { bandWidth, pastErrors } from './band.ts'
import { HOURS_OF_DAY, HOURS_OF_WEEK, type HourSeries, knownHours, meanHour } from './series.ts'
import { meanOfMembers } from './members.ts'

/** How forecasts of a month's total, made at the same point of past months, turned out. */
interface BackTest {
  /** mean of |forecast - truth| / truth of the month's total; null = no month has matured */
  mape: number | null
  /** share of the bands that the truth lay in; null = no band was made */
  bandHeld: number | null
  /** how many; they overlap, one begins each day */
  months: number
}

/** A month must be known so far to be judged by. */
const KNOWN_SHARE = 0.8

/**
 * Makes the forecast again at each past day, as if `elapsed` hours of a month had passed, with nothing but what was known then.
 * @param now only hours before it are read
 * @param elapsed hours of the month that have passed
 * @param rest hours of it that are to come
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
    const forecast = meanOfMembers(series, origin, origin + rest)
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

/** Days a series reaches back before an hour, for words. */
export const knownDays = (series: HourSeries, now: number): number => knownHours(series, 0, now) / HOURS_OF_DAY

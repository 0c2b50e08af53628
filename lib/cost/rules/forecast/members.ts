import { HOURS_OF_DAY, HOURS_OF_WEEK, type HourSeries, hourOfWeek, knownHours, meanHour } from './series.ts'

/**
 * Number of weeks in the profile. A longer history lags behind a changing level, and a shorter history follows single
 * days.
 */
const PROFILE_WEEKS = 4
/** Smoothing factor of the level: each earlier day has 0.8 of the weight of the day after it. */
const ALPHA = 0.2
/** Number of days in the level. Weights of earlier days are below 1 in 10^5. */
const LEVEL_DAYS = 56
/** Minimum known hours of a day that counts for the level. */
const MIN_HOURS = 12

/** Bytes of each hour of the week; index 0 is Thursday 00:00 UTC, the weekday of the Unix epoch. */
type Week = Float64Array

/**
 * Forecasts the bytes of the hours [from, to) from the hours before `from`. The result is the mean of three methods
 * with equal weight: the profile of the week, the profile times the recent level, and a repetition of the previous
 * week.
 * Choosing the method with the best past result was measured too, and is fragile: with a few weeks of history it keeps
 * choosing the longest memory just when the level changes (docs/cost.md).
 */
export function forecastMean(series: HourSeries, from: number, to: number): number {
  const profile = weekProfile(series, from)
  const byProfile = over(profile, series, from, to)
  const again = over(weekBefore(series, profile, from), series, from, to)
  return (byProfile * (1 + computeLevel(series, profile, from)) + again) / 3
}

/**
 * Returns the mean of each hour of the week over the last four weeks. An hour unknown in all four weeks has the mean of
 * all hours.
 */
export function weekProfile(series: HourSeries, from: number): Week {
  const begin = Math.max(0, from - PROFILE_WEEKS * HOURS_OF_WEEK)
  const [sum, count] = [new Float64Array(HOURS_OF_WEEK), new Uint16Array(HOURS_OF_WEEK)]
  let slot = hourOfWeek(series, begin)
  for (let i = begin; i < from; i++) {
    const value = series.bytes[i] ?? Number.NaN
    if (!Number.isNaN(value)) {
      sum[slot] = (sum[slot] ?? 0) + value
      count[slot] = (count[slot] ?? 0) + 1
    }
    slot = slot === HOURS_OF_WEEK - 1 ? 0 : slot + 1
  }
  const fallback = meanHour(series, begin, from)
  return sum.map((total, i) => (count[i] ? total / (count[i] ?? 1) : fallback))
}

/**
 * Returns the ratio of the recent days to the profile, with the largest weight on the newest day; 1 = equal to the
 * profile.
 */
export function computeLevel(series: HourSeries, profile: Week, from: number): number {
  let [weight, weights, sum] = [1, 0, 0]
  const oldest = from - LEVEL_DAYS * HOURS_OF_DAY
  for (let end = from; end >= HOURS_OF_DAY && end > oldest; end -= HOURS_OF_DAY) {
    const begin = end - HOURS_OF_DAY
    const hours = knownHours(series, begin, end)
    const expected = over(profile, series, begin, end, hours < HOURS_OF_DAY)
    if (hours >= MIN_HOURS && expected > 0) {
      sum += (weight * meanHour(series, begin, end) * hours) / expected
      weights += weight
    }
    weight *= 1 - ALPHA
  }
  return weights > 0 ? sum / weights : 1
}

/**
 * Returns each hour of the week from the last week in which it is known; an hour that is unknown in all weeks comes
 * from the profile.
 */
function weekBefore(series: HourSeries, profile: Week, from: number): Week {
  const week = Float64Array.from(profile)
  for (let i = from - HOURS_OF_WEEK; i < from; i++) {
    let back = i
    while (back >= 0 && Number.isNaN(series.bytes[back])) back -= HOURS_OF_WEEK
    const value = series.bytes[back]
    if (value !== undefined) week[hourOfWeek(series, i)] = value
  }
  return week
}

/**
 * Sums the hours of a week profile over [from, to).
 * @param onlyKnown leaves out hours that are unknown in the series
 */
function over(week: Week, series: HourSeries, from: number, to: number, onlyKnown = false): number {
  let total = 0
  let slot = hourOfWeek(series, from)
  for (let i = from; i < to; i++) {
    if (!onlyKnown || !Number.isNaN(series.bytes[i])) total += week[slot] ?? 0
    slot = slot === HOURS_OF_WEEK - 1 ? 0 : slot + 1
  }
  return total
}

/** Extrapolates the mean of the hours since `begin` over [from, to). */
export function runRate(series: HourSeries, begin: number, from: number, to: number): number {
  return meanHour(series, begin, from) * (to - from)
}

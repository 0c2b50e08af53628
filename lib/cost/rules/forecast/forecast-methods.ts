import {
  HOURS_OF_DAY,
  HOURS_OF_WEEK,
  type BilledHourSeries,
  getHourOfWeek,
  countKnownHours,
  computeMeanHourBytes,
} from './hour-series.ts'

/**
 * Number of past weeks from which the usual week is computed. With more weeks, the result would adapt too slowly when
 * traffic changes. With fewer weeks, single days would have too much effect.
 */
const PROFILE_WEEKS = 4
/** Smoothing factor for the level of traffic. The weight of each day is 0.8 times the weight of the next newer day. */
const ALPHA = 0.2
/** Number of days from which the level of traffic is computed. The weight of an older day would be below 1 in 10^5. */
const LEVEL_DAYS = 56
/** Minimum number of known hours for including a day in the level of traffic. */
const MIN_HOURS = 12

/**
 * Usual bytes of each of the 168 hours of a week. Index 0 is Thursday 00:00 UTC, because the Unix epoch began on a
 * Thursday.
 */
type Week = Float64Array

/**
 * Forecasts the bytes of the hours [from, to) from the hours before `from`. The result is the mean of three forecasts:
 * the usual week, the usual week times the recent level of traffic, and a repetition of the last week. The mean is
 * better than the one forecast with the best past results: with a few weeks of history, that is the forecast with the
 * longest memory, which is wrong as soon as the level changes (docs/cost.md).
 */
export function forecastHourlyBytes(series: BilledHourSeries, from: number, to: number): number {
  const profile = computeWeekProfile(series, from)
  const byProfile = over(profile, series, from, to)
  const again = over(weekBefore(series, profile, from), series, from, to)
  return (byProfile * (1 + computeRecentLevel(series, profile, from)) + again) / 3
}

/**
 * Returns the usual week before `from`: the mean of each hour of the week over four weeks. An hour that is unknown in
 * all four weeks gets the mean of all hours.
 */
export function computeWeekProfile(series: BilledHourSeries, from: number): Week {
  const begin = Math.max(0, from - PROFILE_WEEKS * HOURS_OF_WEEK)
  const [sum, count] = [new Float64Array(HOURS_OF_WEEK), new Uint16Array(HOURS_OF_WEEK)]
  let slot = getHourOfWeek(series, begin)
  for (let i = begin; i < from; i++) {
    const value = series.bytes[i] ?? Number.NaN
    if (!Number.isNaN(value)) {
      sum[slot] = (sum[slot] ?? 0) + value
      count[slot] = (count[slot] ?? 0) + 1
    }
    slot = slot === HOURS_OF_WEEK - 1 ? 0 : slot + 1
  }
  const fallback = computeMeanHourBytes(series, begin, from)
  return sum.map((total, i) => (count[i] ? total / (count[i] ?? 1) : fallback))
}

/**
 * Returns the recent level of traffic. It is the bytes of recent days divided by the bytes of the usual week for the
 * same days. Newer days have a larger weight. 1 = the traffic is as usual.
 */
export function computeRecentLevel(series: BilledHourSeries, profile: Week, from: number): number {
  let [weight, weights, sum] = [1, 0, 0]
  const oldest = from - LEVEL_DAYS * HOURS_OF_DAY
  for (let end = from; end >= HOURS_OF_DAY && end > oldest; end -= HOURS_OF_DAY) {
    const begin = end - HOURS_OF_DAY
    const hours = countKnownHours(series, begin, end)
    const expected = over(profile, series, begin, end, hours < HOURS_OF_DAY)
    if (hours >= MIN_HOURS && expected > 0) {
      sum += (weight * computeMeanHourBytes(series, begin, end) * hours) / expected
      weights += weight
    }
    weight *= 1 - ALPHA
  }
  return weights > 0 ? sum / weights : 1
}

/**
 * Returns the week before `from`. If an hour is unknown, the same hour of an earlier week is used, or otherwise the
 * hour of the usual week.
 */
function weekBefore(series: BilledHourSeries, profile: Week, from: number): Week {
  const week = Float64Array.from(profile)
  for (let i = from - HOURS_OF_WEEK; i < from; i++) {
    let back = i
    while (back >= 0 && Number.isNaN(series.bytes[back])) back -= HOURS_OF_WEEK
    const value = series.bytes[back]
    if (value !== undefined) week[getHourOfWeek(series, i)] = value
  }
  return week
}

/**
 * Returns the sum of the bytes that the usual week has for the hours [from, to).
 * @param onlyKnown true = leave out the hours whose bytes are unknown in `series`
 */
function over(week: Week, series: BilledHourSeries, from: number, to: number, onlyKnown = false): number {
  let total = 0
  let slot = getHourOfWeek(series, from)
  for (let i = from; i < to; i++) {
    if (!onlyKnown || !Number.isNaN(series.bytes[i])) total += week[slot] ?? 0
    slot = slot === HOURS_OF_WEEK - 1 ? 0 : slot + 1
  }
  return total
}

/** Forecasts the bytes of the hours [from, to). Each hour gets the mean of the hours [begin, from). */
export function forecastByRunRate(series: BilledHourSeries, begin: number, from: number, to: number): number {
  return computeMeanHourBytes(series, begin, from) * (to - from)
}

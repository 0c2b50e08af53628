import { HOURS_OF_DAY, HOURS_OF_WEEK, type HourSeries, hourOfWeek, knownHours, meanHour } from './series.ts'

/** Weeks of history in the profile: longer ones lag behind a level that moves, shorter ones follow single days. */
const PROFILE_WEEKS = 4
/** Weight of the newest day in the level; the one before has 0.8 of it, and so on. */
const ALPHA = 0.2
/** After so many days the weights are below 1 in 10^5. */
const LEVEL_DAYS = 56
/** A day of which less is known does not count for the level. */
const MIN_HOURS = 12

/** Bytes of each hour of the week, from Thursday 00:00 UTC, when the epoch began. */
type Week = Float64Array

/**
 * Bytes of the hours [from, to), from what the series knows before `from`: the equal-weight mean of the profile of the week, the
 * recent level times that profile, and the week before over again.
 *
 * Picking the winner of the past instead was measured, too, and is fragile: with a few weeks of history it keeps choosing the longest
 * memory just as the level moves (docs/cost.md).
 */
export function meanOfMembers(series: HourSeries, from: number, to: number): number {
  const profile = weekProfile(series, from)
  const byProfile = over(profile, series, from, to)
  const again = over(weekBefore(series, profile, from), series, from, to)
  return (byProfile * (1 + levelAgainst(series, profile, from)) + again) / 3
}

/** The mean of each hour of the week over the last four weeks; an hour that none of them knows has the mean of all. */
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

/** How far the last days lie above the profile, the newest weighing most; 1 = they are as it says. */
export function levelAgainst(series: HourSeries, profile: Week, from: number): number {
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

/** Each hour as it was in the last week that knows it; one that none knows is as in the profile. */
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

/** What a week's hours come to over [from, to). @param onlyKnown leaves out hours that the series does not know */
function over(week: Week, series: HourSeries, from: number, to: number, onlyKnown = false): number {
  let total = 0
  let slot = hourOfWeek(series, from)
  for (let i = from; i < to; i++) {
    if (!onlyKnown || !Number.isNaN(series.bytes[i])) total += week[slot] ?? 0
    slot = slot === HOURS_OF_WEEK - 1 ? 0 : slot + 1
  }
  return total
}

/** What the hours since `begin` come to if they go on the same: what anybody does with a pocket calculator. */
export function runRate(series: HourSeries, begin: number, from: number, to: number): number {
  return meanHour(series, begin, from) * (to - from)
}

import { DAY, HOUR } from '#lib/contract/time/time.ts'
import type { UsagePointView } from '#lib/usage/api/index.ts'

/** Days before a range from which the usual band is taken: four weeks, so that each weekday counts alike. */
const USUAL_DAYS = 28
/** Of fewer hours nothing can be called usual. */
const MIN_HOURS = 7
/** What is left out at either end, as a share. */
const TAIL = 0.1

/** bit/s, low and high; null = not known */
type Band = readonly [low: number, high: number] | null

export interface UsualBand {
  in: Band
  out: Band
}

/** The range of hours that the usual band of a range is taken from; it moves by the hour. @param from epoch milliseconds */
export function usualRange(from: number): { from: string; to: string } {
  const end = Math.floor(from / HOUR) * HOUR
  return { from: new Date(end - USUAL_DAYS * DAY).toISOString(), to: new Date(end).toISOString() }
}

/**
 * What is usual of each hour of the week, Sunday 0 to Saturday 23 in UTC. Of an hour that four weeks have: 80 % of what that weekday carried in it and
 * in the hours beside it. Else 80 % of what all days carried in that hour.
 * @param points of an hour each
 */
export function usualBands(
  points: readonly Pick<UsagePointView, 'start' | 'bytesIn' | 'bytesOut' | 'coveredSeconds'>[],
): UsualBand[] {
  const rates = { in: byHour(), out: byHour() }
  for (const { start, bytesIn, bytesOut, coveredSeconds } of points) {
    // of an hour that was hardly seen, the rate says little
    if (coveredSeconds < 1_800) continue
    const hour = hourOfWeek(Date.parse(start))
    if (bytesIn !== null) rates.in[hour]?.push((Number(bytesIn) * 8) / coveredSeconds)
    if (bytesOut !== null) rates.out[hour]?.push((Number(bytesOut) * 8) / coveredSeconds)
  }
  return rates.in.map((_, hour) => ({ in: usualIn(rates.in, hour), out: usualIn(rates.out, hour) }))
}

const HOURS_OF_WEEK = 7 * 24
const MIN_WEEKS = 4
const byHour = (): number[][] => Array.from({ length: HOURS_OF_WEEK }, () => [])
const hourOfWeek = (at: number): number => new Date(at).getUTCDay() * 24 + new Date(at).getUTCHours()

function usualIn(rates: readonly (readonly number[])[], hour: number): Band {
  const at = (other: number) => rates[(other + HOURS_OF_WEEK) % HOURS_OF_WEEK] ?? []
  if (at(hour).length >= MIN_WEEKS) return bandOf([-1, 0, 1].flatMap((beside) => at(hour + beside)))
  return bandOf([0, 1, 2, 3, 4, 5, 6].flatMap((day) => at((hour % 24) + day * 24)))
}

function bandOf(rates: readonly number[]): Band {
  if (rates.length < MIN_HOURS) return null
  const sorted = rates.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return [at(TAIL), at(1 - TAIL)]
}

/** The band of a column, by the hour in which it begins. */
export const usualOf = (bands: readonly UsualBand[], { from }: { from: number }): UsualBand | null =>
  bands[hourOfWeek(from)] ?? null

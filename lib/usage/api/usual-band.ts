import { DAY, HOUR } from '#lib/contract/time/time.ts'
import type { UsagePointView } from '#lib/usage/api/index.ts'

/** Days before a range from which the usual band is computed: four weeks, so that each weekday has the same weight. */
const USUAL_DAYS = 28
/** Minimum number of hourly rates that a usual band needs. */
const MIN_HOURS = 7
/** Share of the rates that is left out at each end of the band, so that the band contains 80 %. */
const TAIL = 0.1

/** Lowest and highest usual rate in bit/s; null = unknown. */
type Band = readonly [low: number, high: number] | null

export interface UsualBand {
  in: Band
  out: Band
}

/**
 * Returns the range of hours from which the usual band of a range is computed, rounded down to the hour.
 * @param from epoch milliseconds
 */
export function usualRange(from: number): { from: string; to: string } {
  const end = Math.floor(from / HOUR) * HOUR
  return { from: new Date(end - USUAL_DAYS * DAY).toISOString(), to: new Date(end).toISOString() }
}

/**
 * Returns the usual band of each hour of the week, Sunday 0 to Saturday 23 in UTC. If an hour has data in four weeks,
 * the band contains 80 % of the rates of that weekday in this hour and the hours before and after it. Otherwise it
 * contains 80 % of the rates of all days in this hour.
 * @param points points of one hour each
 */
export function usualBands(
  points: readonly Pick<UsagePointView, 'start' | 'bytesIn' | 'bytesOut' | 'coveredSeconds'>[],
): UsualBand[] {
  const rates = { in: byHour(), out: byHour() }
  for (const { start, bytesIn, bytesOut, coveredSeconds } of points) {
    // the rate of an hour that is less than half covered is not reliable
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

/** Returns the band for the hour of the week in which a time interval begins; null if there is none. */
export const usualOf = (bands: readonly UsualBand[], { from }: { from: number }): UsualBand | null =>
  bands[hourOfWeek(from)] ?? null

import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { ApiUsagePoint } from '#lib/usage/api/index.ts'

/** Number of days from which usual rates are computed. Four whole weeks contain each day of the week equally often. */
const USUAL_DAYS = 28
/** Minimum number of hourly rates from which a usual rate is computed. */
const MIN_HOURS = 7
/**
 * Share of the rates that is left out at each end, so that the lowest and the highest usual rate include 80 % of all
 * rates.
 */
const TAIL = 0.1

/** Lowest and highest usual rate in bit/s; null = too few data. */
type Band = readonly [low: number, high: number] | null

export interface UsualRateRange {
  in: Band
  out: Band
}

/**
 * Returns the time range from which the usual rates for a chart are computed. It ends at the last full hour before or
 * at `from`.
 * @param from start of the chart in epoch milliseconds
 */
export function computeUsualTrafficRange(from: number): { from: string; to: string } {
  const end = Math.floor(from / MS_PER_HOUR) * MS_PER_HOUR
  return { from: new Date(end - USUAL_DAYS * MS_PER_DAY).toISOString(), to: new Date(end).toISOString() }
}

/**
 * Returns the usual rates for each hour of the week in UTC, from Sunday 0:00 (index 0) to Saturday 23:00. If an hour
 * has data of four weeks, its usual rates are computed from this hour and the hours directly before and after it.
 * Otherwise they are computed from the same hour of all days.
 * @param points points with a length of one hour
 */
export function computeUsualRateRanges(
  points: readonly Pick<ApiUsagePoint, 'start' | 'bytesIn' | 'bytesOut' | 'coveredSeconds'>[],
): UsualRateRange[] {
  const rates = { in: byHour(), out: byHour() }
  for (const { start, bytesIn, bytesOut, coveredSeconds } of points) {
    // if less than half of an hour was measured, its rate is not reliable
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

/** Returns the usual rates for the hour of the week in which a time interval begins; null if there are none. */
export const findUsualRateRange = (
  bands: readonly UsualRateRange[],
  { from }: { from: number },
): UsualRateRange | null => bands[hourOfWeek(from)] ?? null

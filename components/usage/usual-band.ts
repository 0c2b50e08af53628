import type { UsagePointView } from '#lib/contract/index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Days before a range from which the usual band is taken: four weeks, so that each weekday counts alike. */
export const USUAL_DAYS = 28
/** Of fewer days of an hour nothing can be called usual. */
const LEAST_DAYS = 7
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

/** What 80 % of the days carried in each hour of the day, 0 to 23 in UTC. @param points of an hour each */
export function usualBands(points: readonly UsagePointView[]): UsualBand[] {
  const hours = Array.from({ length: 24 }, () => ({ in: [] as number[], out: [] as number[] }))
  for (const { start, bytesIn, bytesOut, coveredSeconds } of points) {
    const hour = hours[new Date(start).getUTCHours()]
    // of an hour that was hardly seen, the rate says little
    if (!hour || coveredSeconds < 1_800) continue
    if (bytesIn !== null) hour.in.push((Number(bytesIn) * 8) / coveredSeconds)
    if (bytesOut !== null) hour.out.push((Number(bytesOut) * 8) / coveredSeconds)
  }
  return hours.map((rates) => ({ in: bandOf(rates.in), out: bandOf(rates.out) }))
}

function bandOf(rates: readonly number[]): Band {
  if (rates.length < LEAST_DAYS) return null
  const sorted = rates.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return [at(TAIL), at(1 - TAIL)]
}

/** The band of a column, by the hour in which it begins. */
export const usualOf = (bands: readonly UsualBand[], { from }: { from: number }): UsualBand | null =>
  bands[new Date(from).getUTCHours()] ?? null

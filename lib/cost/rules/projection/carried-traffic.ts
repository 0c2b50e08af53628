import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { HOURS_OF_DAY } from '../forecast/hour-series.ts'
import type { UsageInput, UsageHour } from '../usage/billed-usage.ts'

/**
 * Factor by which a circuit's traffic may rise within a year, for each direction; at least 1. It is the traffic of the
 * busiest 30 days of the known history divided by the traffic of the last 30 days, times the expected growth in a year.
 */
const rise = z.object({ in: z.number(), out: z.number() })
export type TrafficRiseFactors = z.output<typeof rise>

/**
 * Traffic that a circuit carried in the last 30 days. It is the sum of both paths and includes Global Reach. For each
 * hour, the direction with more traffic counts. A single path must be able to carry this traffic, in case the other
 * path fails.
 */
export const carriedTrafficSchema = z.object({
  /** 95th percentile of the hourly rates, Mbit/s. */
  p95Mbps: z.number(),
  /** Rate of the busiest hour, Mbit/s. */
  busiestHourMbps: z.number(),
  /** Direction of the traffic in the busiest hour. */
  direction: z.enum(['in', 'out']),
  /** Rate of the busiest five minutes, Mbit/s; null = unknown, because too many five-minute values are missing. */
  peakMbps: z.number().nullable(),
  /**
   * Rate of the busiest hour in the known history (at most 200 days), Mbit/s. It is used because a single large
   * transfer that took place before the last 30 days may happen again.
   */
  pastHourMbps: z.number(),
  /**
   * Factor by which the rate of the busiest hour is expected to grow in a year, at least 1. It comes from the weekly
   * means of each direction; 1 if fewer than twelve weeks are known.
   */
  growth: z.number(),
  /** factors by which the traffic of the last 30 days may rise within a year */
  rise,
})
export type RecentCircuitTraffic = z.output<typeof carriedTrafficSchema>
type Direction = keyof TrafficRiseFactors
const DIRECTIONS = ['in', 'out'] as const

interface Rate {
  start: EpochMs
  in: number
  out: number
}
const largerOf = (rate: Rate): number => Math.max(rate.in, rate.out)

const DAYS = 30
const HOURS = DAYS * HOURS_OF_DAY
/** Minimum share of the 30 days that must be measured. Otherwise the busiest hour could be in the unmeasured part. */
const KNOWN_SHARE = 0.8
/** Minimum number of measured seconds of an hour for computing its rate. */
const MIN_SECONDS = 1_800

/**
 * Returns the traffic that a circuit carried in the 30 days before a moment; null if too little of this time was
 * measured. For each hour, the direction with more traffic counts, because the bandwidth applies to each direction
 * separately (ExpressRoute FAQ). Billed bytes cannot be used, because they contain neither the bytes into Azure nor
 * Global Reach.
 */
export function computeCarriedTraffic(facts: UsageInput, until: EpochMs): RecentCircuitTraffic | null {
  const all = facts.hours.flatMap((hour) => (hour.start < until ? (rateOf(hour) ?? []) : []))
  const rates = all.filter(({ start }) => start >= until - HOURS * MS_PER_HOUR)
  if (rates.length < KNOWN_SHARE * HOURS) return null
  const sorted = rates.toSorted((a, b) => largerOf(a) - largerOf(b))
  const [busiest, p95] = [sorted.at(-1), sorted[Math.ceil(0.95 * sorted.length) - 1]]
  if (!busiest || !p95) return null
  const mbps = largerOf(busiest)
  const { busiestFiveMinutes: peak } = facts
  const isPeakKnown = peak && peak.mbps !== null && peak.coveredSeconds >= KNOWN_SHARE * DAYS * 86_400
  const growths = { in: growthOf(all, 'in', until), out: growthOf(all, 'out', until) }
  const grown = DIRECTIONS.map((one) => mostOf(rates, one) * growths[one])
  return {
    p95Mbps: largerOf(p95),
    busiestHourMbps: mbps,
    direction: busiest.in > busiest.out ? 'in' : 'out',
    // The five-minute values of the busiest hour may be missing, so the result is at least the rate of that hour.
    peakMbps: isPeakKnown ? Math.max(peak.mbps ?? 0, mbps) : null,
    pastHourMbps: Math.max(...DIRECTIONS.map((one) => mostOf(all, one))),
    growth: mbps > 0 ? Math.max(1, ...grown.map((one) => one / mbps)) : 1,
    rise: { in: growths.in * pastOf(all, 'in', until), out: growths.out * pastOf(all, 'out', until) },
  }
}

const mostOf = (rates: readonly Rate[], direction: Direction): number =>
  rates.reduce((most, rate) => Math.max(most, rate[direction]), 0)

const WEEK_HOURS = 7 * HOURS_OF_DAY
const WEEK = WEEK_HOURS * MS_PER_HOUR

/**
 * Returns the factor by which traffic rises if the busiest 30 days of the known history are repeated. It is relative to
 * the last 30 days, in which traffic may have been low, for example because of a holiday. There is a factor for the
 * 95th percentile and a factor for the mean. The larger factor is returned. The factor of the mean is needed for sums
 * over several circuits. For example, if two circuits were quiet one after the other, their total traffic falls
 * although the 95th percentile of each circuit does not.
 */
function pastOf(all: readonly Rate[], direction: Direction, until: EpochMs): number {
  const first = all[0]?.start ?? until
  const now = monthOf(all, direction, until)
  let most = 1
  for (let end = until - WEEK; now && end - HOURS * MS_PER_HOUR >= first; end -= WEEK) {
    const past = monthOf(all, direction, end)
    if (past) most = Math.max(most, shareOf(past.p95, now.p95), shareOf(past.mean, now.mean))
  }
  return most
}

const shareOf = (past: number, now: number): number => (now > 0 ? past / now : 1)

/**
 * Returns the 95th percentile and the mean of the hourly rates of the 30 days before `end`; null = too little of these
 * days was measured.
 */
function monthOf(all: readonly Rate[], direction: Direction, end: EpochMs): { p95: number; mean: number } | null {
  const rates = all.flatMap((rate) =>
    rate.start < end && rate.start >= end - HOURS * MS_PER_HOUR ? [rate[direction]] : [],
  )
  if (rates.length < KNOWN_SHARE * HOURS) return null
  const sorted = rates.toSorted((a, b) => a - b)
  return {
    p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0,
    mean: rates.reduce((a, b) => a + b, 0) / rates.length,
  }
}

/**
 * Numbers of weeks. Growth compares the mean of the last COMPARED weeks with the mean of COMPARED weeks that are APART
 * weeks earlier. The growth is extrapolated for AHEAD weeks, which is the longest permitted time for a new circuit to
 * pay back its cost.
 */
const [COMPARED, APART, AHEAD] = [4, 8, 52]
/**
 * Maximum growth factor in a year. If the computed growth is larger, traffic was probably moved to the circuit. Such a
 * move does not continue at the same rate.
 */
const MAX_GROWTH = 4

/**
 * Returns the factor by which traffic is expected to grow in a year. It is the larger of two values: the current
 * growth, and the median growth over all known weeks. The current growth alone would be too low in a holiday, and too
 * high after a holiday.
 */
function growthOf(rates: readonly Rate[], direction: Direction, until: EpochMs): number {
  const weeks: number[][] = []
  for (const rate of rates) {
    const week = Math.floor((until - 1 - rate.start) / WEEK)
    ;(weeks[week] ??= []).push(rate[direction])
  }
  const meanOf = (week: number) => {
    const rates = Array.from({ length: COMPARED }, (_, i) => weeks[week + i] ?? []).flat()
    return rates.length >= KNOWN_SHARE * COMPARED * WEEK_HOURS
      ? rates.reduce((sum, one) => sum + one, 0) / rates.length
      : null
  }
  const growthAt = (week: number) => {
    const [now, before] = [meanOf(week), meanOf(week + APART)]
    return now && before ? (now / before) ** (AHEAD / APART) : null
  }
  const all = weeks.map((_, week) => growthAt(week)).filter((one) => one !== null)
  const middle = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 1
  return Math.min(MAX_GROWTH, Math.max(1, growthAt(0) ?? 1, middle))
}

function rateOf({ start, bytesIn, bytesOut, coveredSeconds }: UsageHour): Rate | null {
  if (bytesOut === null || bytesIn === null || bytesIn === undefined || coveredSeconds < MIN_SECONDS) return null
  const mbps = (bytes: bigint) => (Number(bytes) * 8) / coveredSeconds / 1e6
  return { start, in: mbps(bytesIn), out: mbps(bytesOut) }
}

/**
 * Formats the peak of the traffic, for example "526 Mb/s into Azure in the busiest hour of 30 days, 632 in the busiest
 * five minutes".
 */
export function formatCarriedTraffic({ busiestHourMbps, direction, peakMbps }: RecentCircuitTraffic): string {
  const towards = direction === 'in' ? 'into Azure' : 'out of Azure'
  const peak = peakMbps === null ? '' : `, ${Math.ceil(peakMbps)} in the busiest five minutes`
  return `${Math.ceil(busiestHourMbps)} Mb/s ${towards} in the busiest hour of 30 days${peak}`
}

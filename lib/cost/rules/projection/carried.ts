import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { HOURS_OF_DAY } from '../forecast/series.ts'
import type { UsageFacts, UsageHour } from '../usage/billed.ts'

/**
 * Factor by which traffic may rise, separately for each direction: the busiest 30 days of the known history compared
 * with the last 30 days, times the growth; at least 1.
 */
const rise = z.object({ in: z.number(), out: z.number() })
export type Rise = z.output<typeof rise>

/**
 * Traffic of a circuit in the last 30 days, in the busier direction, including both paths and Global Reach. A single
 * path must be able to carry it.
 */
export const carried = z.object({
  /** Mb/s that 95 of 100 hours did not exceed */
  p95Mbps: z.number(),
  /** Mb/s of the busiest hour */
  busiestHourMbps: z.number(),
  /** direction of the busiest hour */
  direction: z.enum(['in', 'out']),
  /** Mb/s of the busiest five minutes; null = too many five-minute values are unknown */
  peakMbps: z.number().nullable(),
  /**
   * Mb/s of the busiest hour of the known history, at most half a year, because a single large transfer may happen
   * again
   */
  pastHourMbps: z.number(),
  /**
   * factor by which the busiest hour grows in a year, from the growth of each direction over twelve weeks; at least 1;
   * 1 while fewer weeks are known
   */
  growth: z.number(),
  /** factor by which traffic may rise within a year, compared with these 30 days */
  rise,
})
export type Carried = z.output<typeof carried>
type Direction = keyof Rise
const DIRECTIONS = ['in', 'out'] as const

interface Rate {
  start: EpochMs
  in: number
  out: number
}
const largerOf = (rate: Rate): number => Math.max(rate.in, rate.out)

const DAYS = 30
const HOURS = DAYS * HOURS_OF_DAY
/** Minimum known share of 30 days, because an unknown week may have been the busiest. */
const KNOWN_SHARE = 0.8
/** Minimum known seconds of an hour for a rate. */
const MIN_SECONDS = 1_800

/**
 * Returns the traffic of a circuit in the 30 days before a moment. A bandwidth applies to each direction separately
 * (ExpressRoute FAQ), so the larger direction counts. Billed bytes are not usable, because they contain only bytes out
 * of Azure, without Global Reach.
 * @returns null = too little is known of at least one direction
 */
export function carriedOf(facts: UsageFacts, until: EpochMs): Carried | null {
  const all = facts.hours.flatMap((hour) => (hour.start < until ? (rateOf(hour) ?? []) : []))
  const rates = all.filter(({ start }) => start >= until - HOURS * HOUR)
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
    // the busiest five minutes are at least as busy as the busiest hour
    peakMbps: isPeakKnown ? Math.max(peak.mbps ?? 0, mbps) : null,
    pastHourMbps: Math.max(...DIRECTIONS.map((one) => mostOf(all, one))),
    growth: mbps > 0 ? Math.max(1, ...grown.map((one) => one / mbps)) : 1,
    rise: { in: growths.in * pastOf(all, 'in', until), out: growths.out * pastOf(all, 'out', until) },
  }
}

const mostOf = (rates: readonly Rate[], direction: Direction): number =>
  rates.reduce((most, rate) => Math.max(most, rate[direction]), 0)

const WEEK_HOURS = 7 * HOURS_OF_DAY
const WEEK = WEEK_HOURS * HOUR

/**
 * Compares the busiest 30 days of the known history with the last 30 days, which may include a holiday, and returns the
 * larger factor of p95 and mean. Means add up over circuits, but p95 values do not. For example, if two circuits are
 * quiet one after the other, their total falls while neither p95 does.
 */
function pastOf(all: readonly Rate[], direction: Direction, until: EpochMs): number {
  const first = all[0]?.start ?? until
  const now = monthOf(all, direction, until)
  let most = 1
  for (let end = until - WEEK; now && end - HOURS * HOUR >= first; end -= WEEK) {
    const past = monthOf(all, direction, end)
    if (past) most = Math.max(most, shareOf(past.p95, now.p95), shareOf(past.mean, now.mean))
  }
  return most
}

const shareOf = (past: number, now: number): number => (now > 0 ? past / now : 1)

/** Returns p95 and mean of 30 days; null = too little of these days is known. */
function monthOf(all: readonly Rate[], direction: Direction, end: EpochMs): { p95: number; mean: number } | null {
  const rates = all.flatMap((rate) => (rate.start < end && rate.start >= end - HOURS * HOUR ? [rate[direction]] : []))
  if (rates.length < KNOWN_SHARE * HOURS) return null
  const sorted = rates.toSorted((a, b) => a - b)
  return {
    p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0,
    mean: rates.reduce((a, b) => a + b, 0) / rates.length,
  }
}

/**
 * Growth compares COMPARED weeks with the equally many weeks that began APART weeks earlier, and is extrapolated over
 * AHEAD weeks, as long as a new circuit may take to pay back.
 */
const [COMPARED, APART, AHEAD] = [4, 8, 52]
/** Maximum growth factor. A larger value is a relocation of traffic, and it is unknown whether that continues. */
const MAX_GROWTH = 4

/**
 * Returns the growth factor of a year: the faster of the current growth and the median growth over all known weeks,
 * because a holiday at either end hides growth or looks like growth.
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

/** Formats the peak: "526 Mb/s into Azure in the busiest hour of 30 days, 632 in the busiest five minutes". */
export function formatCarried({ busiestHourMbps, direction, peakMbps }: Carried): string {
  const towards = direction === 'in' ? 'into Azure' : 'out of Azure'
  const peak = peakMbps === null ? '' : `, ${Math.ceil(peakMbps)} in the busiest five minutes`
  return `${Math.ceil(busiestHourMbps)} Mb/s ${towards} in the busiest hour of 30 days${peak}`
}

import { z } from 'zod'
import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { HOURS_OF_DAY } from '../forecast/series.ts'
import type { UsageFacts, UsageHour } from '../usage/billed.ts'

/** Of each direction by itself: the busiest 30 days of all that is known against these, times its growth; at least 1. */
const rise = z.object({ in: z.number(), out: z.number() })
export type Rise = z.output<typeof rise>

/** What a circuit carries by the last 30 days: all that passes both paths, Global Reach too, in its busier direction. One path must carry it alone. */
export const carried = z.object({
  /** Mb/s that 95 of 100 hours stayed under */
  p95Mbps: z.number(),
  /** Mb/s of the busiest hour */
  busiestHourMbps: z.number(),
  /** of the busiest hour */
  direction: z.enum(['in', 'out']),
  /** Mb/s of the busiest five minutes; null = too few five minutes are known */
  peakMbps: z.number().nullable(),
  /** Mb/s of the busiest hour of all that is known, half a year at most: a transfer that came once may come again */
  pastHourMbps: z.number(),
  /** by how much its busiest hour grows in a year, each direction at its pace of twelve weeks, at least 1; 1 while fewer are known */
  growth: z.number(),
  /** by how much more than in these 30 days it may carry within a year */
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
/** Of 30 days so much must be known: a week that nobody saw may have been the busiest one. */
const KNOWN_SHARE = 0.8
/** An hour of which less is known has no rate. */
const MIN_SECONDS = 1_800

/**
 * What a circuit carried in the 30 days before a moment. A bandwidth is of each direction by itself (ExpressRoute FAQ), so that the larger one
 * counts; billed bytes say nothing of it: they are those out of Azure alone, less Global Reach.
 * @returns null = too little is known of one direction or both
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
    // what passes in an hour passes in one of its five minutes
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
 * The busiest 30 days of all that is known against the last ones, which may be a holiday's: by the p95 and by the mean, whichever rises more. A mean adds
 * up over circuits and a p95 does not: where two are quiet one after the other, what both carry together fell, and the p95 of neither.
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

/** null = too little of the 30 days before is known */
function monthOf(all: readonly Rate[], direction: Direction, end: EpochMs): { p95: number; mean: number } | null {
  const rates = all.flatMap((rate) => (rate.start < end && rate.start >= end - HOURS * HOUR ? [rate[direction]] : []))
  if (rates.length < KNOWN_SHARE * HOURS) return null
  const sorted = rates.toSorted((a, b) => a - b)
  return {
    p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0,
    mean: rates.reduce((a, b) => a + b, 0) / rates.length,
  }
}

/** Four weeks against the four of eight weeks before, carried on for as long as a new circuit may take to pay back. */
const [COMPARED, APART, AHEAD] = [4, 8, 52]
/** More is no growth but a move, of which nobody knows whether it goes on. */
const MAX_GROWTH = 4

/** As of now, or as of the middle one of all weeks that are known, whichever is faster: a holiday at either end hides growth, or seems like it. */
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

/** "526 Mb/s into Azure in the busiest hour of 30 days, 632 in the busiest five minutes". */
export function formatCarried({ busiestHourMbps, direction, peakMbps }: Carried): string {
  const towards = direction === 'in' ? 'into Azure' : 'out of Azure'
  const peak = peakMbps === null ? '' : `, ${Math.ceil(peakMbps)} in the busiest five minutes`
  return `${Math.ceil(busiestHourMbps)} Mb/s ${towards} in the busiest hour of 30 days${peak}`
}

import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR, HOURS_OF_DAY } from '../forecast/series.ts'
import type { UsageFacts, UsageHour } from '../usage/billed.ts'

/** What a circuit carries by the last 30 days: all that passes both paths, Global Reach too, in its busier direction. One path must carry it alone. */
export interface Carried {
  /** Mb/s that 95 of 100 hours stayed under */
  p95Mbps: number
  /** Mb/s of the busiest hour */
  busiestHourMbps: number
  /** of the busiest hour */
  direction: 'in' | 'out'
  /** Mb/s of the busiest five minutes; null = too few five minutes are known */
  peakMbps: number | null
  /** Mb/s of the busiest hour of all that is known, half a year at most: a transfer that came once may come again */
  pastHourMbps: number
  /** by how much it grows in a year at the pace of twelve weeks, at least 1; 1 while fewer are known */
  growth: number
  /** by how much more than in these 30 days it may carry within a year: its busiest 30 days, or it grows; at least 1 */
  rise: number
}

const DAYS = 30
const HOURS = DAYS * HOURS_OF_DAY
/** Of 30 days so much must be known: a week that nobody saw may have been the busiest one. */
const KNOWN_SHARE = 0.8
/** An hour of which less is known has no rate. */
const LEAST_SECONDS = 1_800

/**
 * What a circuit carried in the 30 days before a moment. A bandwidth is of each direction by itself (ExpressRoute FAQ), so that the larger one
 * counts; billed bytes say nothing of it: they are those out of Azure alone, less Global Reach.
 * @returns null = too little is known of one direction or both
 */
export function carriedOf(facts: UsageFacts, until: EpochMs): Carried | null {
  const from = until - HOURS * HOUR
  const rates = facts.hours.flatMap((hour) => (hour.start >= from && hour.start < until ? (rateOf(hour) ?? []) : []))
  if (rates.length < KNOWN_SHARE * HOURS) return null
  const sorted = rates.toSorted((a, b) => a.mbps - b.mbps)
  const [busiest, p95] = [sorted.at(-1), sorted[Math.ceil(0.95 * sorted.length) - 1]]
  if (!busiest || !p95) return null
  const { busiestFiveMinutes: peak } = facts
  const past = pastOf(facts, until)
  const growth = growthOf(facts, until)
  const isPeakKnown = peak && peak.mbps !== null && peak.coveredSeconds >= KNOWN_SHARE * DAYS * 86_400
  return {
    p95Mbps: p95.mbps,
    busiestHourMbps: busiest.mbps,
    direction: busiest.direction,
    // what passes in an hour passes in one of its five minutes
    peakMbps: isPeakKnown ? Math.max(peak.mbps ?? 0, busiest.mbps) : null,
    pastHourMbps: Math.max(past.hour, busiest.mbps),
    growth,
    rise: growth * Math.max(1, p95.mbps > 0 ? past.p95 / p95.mbps : 1),
  }
}

const WEEK_HOURS = 7 * HOURS_OF_DAY
const WEEK = WEEK_HOURS * HOUR

/** The busiest hour of all that is known, and the p95 of the busiest 30 days: these 30 may be a holiday's. */
function pastOf({ hours }: UsageFacts, until: EpochMs): { hour: number; p95: number } {
  const rates = hours.flatMap((hour) => {
    const rate = hour.start < until ? rateOf(hour) : null
    return rate ? [{ start: hour.start, mbps: rate.mbps }] : []
  })
  const first = rates[0]?.start ?? until
  let [hour, p95] = [0, 0]
  for (const { mbps } of rates) hour = Math.max(hour, mbps)
  for (let end = until - WEEK; end - HOURS * HOUR >= first; end -= WEEK) {
    const own = rates.filter(({ start }) => start < end && start >= end - HOURS * HOUR).map(({ mbps }) => mbps)
    if (own.length < KNOWN_SHARE * HOURS) continue
    p95 = Math.max(p95, own.toSorted((a, b) => a - b)[Math.ceil(0.95 * own.length) - 1] ?? 0)
  }
  return { hour, p95 }
}

/** Four weeks against the four of eight weeks before, carried on for as long as a new circuit may take to pay back. */
const [COMPARED, APART, AHEAD] = [4, 8, 52]
/** More is no growth but a move, of which nobody knows whether it goes on. */
const MOST_GROWTH = 4

/** As of now, or as of the middle one of all weeks that are known, whichever is faster: a holiday at either end hides growth, or seems like it. */
function growthOf({ hours }: UsageFacts, until: EpochMs): number {
  const weeks: number[][] = []
  for (const hour of hours) {
    const rate = hour.start < until ? rateOf(hour) : null
    const week = Math.floor((until - 1 - hour.start) / WEEK)
    if (rate) (weeks[week] ??= []).push(rate.mbps)
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
  return Math.min(MOST_GROWTH, Math.max(1, growthAt(0) ?? 1, middle))
}

function rateOf({ bytesIn, bytesOut, coveredSeconds }: UsageHour): { mbps: number; direction: 'in' | 'out' } | null {
  if (bytesOut === null || bytesIn === null || bytesIn === undefined || coveredSeconds < LEAST_SECONDS) return null
  const direction = bytesIn > bytesOut ? 'in' : 'out'
  return { mbps: (Number(direction === 'in' ? bytesIn : bytesOut) * 8) / coveredSeconds / 1e6, direction }
}

/** "526 Mb/s into Azure in the busiest hour of 30 days, 632 in the busiest five minutes". */
export function carriedWords({ busiestHourMbps, direction, peakMbps }: Carried): string {
  const towards = direction === 'in' ? 'into Azure' : 'out of Azure'
  const peak = peakMbps === null ? '' : `, ${Math.ceil(peakMbps)} in the busiest five minutes`
  return `${Math.ceil(busiestHourMbps)} Mb/s ${towards} in the busiest hour of 30 days${peak}`
}

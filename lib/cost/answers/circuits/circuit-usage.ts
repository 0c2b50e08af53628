import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { measuredReach, reachHours, type UsageFacts } from '../../rules/index.ts'
import { busiestRates, REACH_PATH, type Usage, usage } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CircuitStanding, periodEnd, type FramePeriod, USAGE_MS } from './circuit-inputs.ts'

/** Whether anything is known of what passed Global Reach: declared, or measured. */
export const isReachKnown = ({ globalReach, reachMeasuredSince }: CircuitStanding): boolean =>
  globalReach.length > 0 || reachMeasuredSince !== null

/** What was declared goes before what was measured. */
const isReachMeasured = ({ globalReach, reachMeasuredSince }: CircuitStanding): boolean =>
  globalReach.length === 0 && reachMeasuredSince !== null

/** A circuit's usage until a moment of the month. @param since default: the forecast's whole period */
export async function readUsageFacts(
  q: Queryable,
  standing: CircuitStanding,
  period: FramePeriod,
  since?: EpochMs,
): Promise<UsageFacts> {
  const to = periodEnd(period)
  const from = since ?? Math.floor((to - USAGE_MS) / HOUR) * HOUR
  const facts = usageFacts(
    await usage(q, { scope: standing.resource.id, from, to, step: 'hour' }),
    standing,
    await reachUsage(q, standing, { from, to }),
  )
  // what is asked of the month alone asks for no speed
  return since === undefined ? { ...facts, busiestFiveMinutes: await busiestFiveMinutes(q, standing, to) } : facts
}

const FIVE_MINUTES = 300_000
const SPEED_DAYS = 30
/** Of five minutes so much must be known, or polls that are a little late leave no rate. */
const MIN_MS = 240_000

/** The busiest five minutes of 30 days, all traffic, as far as they are rolled up. */
async function busiestFiveMinutes(q: Queryable, { resource: { id } }: CircuitStanding, to: EpochMs) {
  const until = Math.floor(to / FIVE_MINUTES) * FIVE_MINUTES
  const period = { from: until - SPEED_DAYS * 24 * HOUR, to: until }
  const busiest = (await busiestRates(q, { ...period, leastMs: MIN_MS, step: '5m', scope: id })).get(id)
  const bits = busiest?.bitsPerSecond ?? null
  return { mbps: bits === null ? null : bits / 1e6, coveredSeconds: (busiest?.coveredMs ?? 0) / 1_000 }
}

/** What passed Global Reach at a circuit, by hours; null where it was declared, or never measured. */
export async function reachUsage(
  q: Queryable,
  standing: CircuitStanding,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Usage | null> {
  if (!isReachMeasured(standing)) return null
  return usage(q, { scope: standing.resource.id, path: REACH_PATH, from, to, step: 'hour' })
}

/** No usage, for a circuit whose traffic was worked out before. */
export const withoutUsage = (standing: CircuitStanding): UsageFacts => ({
  hours: [],
  unplaced: [],
  globalReach: isReachKnown(standing) ? [] : null,
  ...(isReachMeasured(standing) && { reachBasis: 'measured' }),
  bandwidthMbps: standing.bandwidthMbps,
})

/** What was read of a circuit's usage, hour by hour, as the sums take it. */
export function usageFacts(
  { points, unplaced }: Usage,
  { bandwidthMbps, globalReach: shares }: Pick<CircuitStanding, 'bandwidthMbps' | 'globalReach'>,
  reach: Usage | null = null,
): UsageFacts {
  const known = points.findIndex(isKnown)
  const hours = (known < 0 ? [] : points.slice(known)).map((point) => ({
    start: point.start,
    bytesOut: isKnown(point) ? point.out.bytes : null,
    // as much of it as the hour is covered
    bytesIn: point.coveredMs > 0 ? (point.in.bytes * BigInt(point.coveredMs)) / BigInt(point.in.coveredMs) : null,
    coveredSeconds: point.coveredMs / 1_000,
    metricSeconds: point.metricMs / 1_000,
  }))
  return {
    hours,
    unplaced: unplaced
      .filter(({ direction, reset }) => direction === 'out' && !reset)
      .map(({ from, to, bytes }) => ({ from, to, bytes })),
    // neither declared nor measured, an assumption says that its bytes are in the billed ones
    ...(reach === null
      ? { globalReach: reachHours(hours, shares) }
      : { globalReach: measuredReach(hours, hoursOf(reach)), reachBasis: 'measured' }),
    bandwidthMbps,
  }
}

/** Or bounded from below: so much passed at least, in time of which nothing is covered. */
const isKnown = ({ coveredMs, out }: Usage['points'][number]): boolean => coveredMs > 0 || out.atLeast

const hoursOf = ({ points }: Usage) =>
  new Map(
    points.map(({ start, out, coveredMs }) => [start, { bytesOut: out.bytes, coveredSeconds: coveredMs / 1_000 }]),
  )

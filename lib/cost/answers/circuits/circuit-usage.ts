import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { measuredReach, reachHours, type UsageFacts } from '../../rules/index.ts'
import { busiestRates, REACH_PATH, type Usage, usage } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CostCircuit, periodEnd, type FramePeriod, USAGE_MS } from './circuit-inputs.ts'

/** Reports whether the bytes of Global Reach are known, either declared or measured. */
export const isGlobalReachKnown = ({ globalReach, reachMeasuredSince }: CostCircuit): boolean =>
  globalReach.length > 0 || reachMeasuredSince !== null

/** Reports whether measured bytes of Global Reach are used. Declared shares take precedence over measured bytes. */
const isReachMeasured = ({ globalReach, reachMeasuredSince }: CostCircuit): boolean =>
  globalReach.length === 0 && reachMeasuredSince !== null

/**
 * Returns a circuit's usage until a moment of the month.
 * @param since begin of the usage; default: begin of the whole period of a forecast
 */
export async function readUsageFacts(
  q: Queryable,
  standing: CostCircuit,
  period: FramePeriod,
  since?: EpochMs,
): Promise<UsageFacts> {
  const to = periodEnd(period)
  const from = since ?? Math.floor((to - USAGE_MS) / HOUR) * HOUR
  const facts = usageFacts(
    await usage(q, { scope: standing.resource.id, from, to, step: 'hour' }),
    standing,
    await readGlobalReachUsage(q, standing, { from, to }),
  )
  // a caller that requests only the month does not need the busiest five minutes
  return since === undefined ? { ...facts, busiestFiveMinutes: await busiestFiveMinutes(q, standing, to) } : facts
}

const FIVE_MINUTES = 300_000
const SPEED_DAYS = 30
/** Minimum known time in five minutes, milliseconds. Polls that are a little late must still give a rate. */
const MIN_MS = 240_000

/** Returns the rate of the busiest five minutes in 30 days, all traffic, as far as five-minute buckets exist. */
async function busiestFiveMinutes(q: Queryable, { resource: { id } }: CostCircuit, to: EpochMs) {
  const until = Math.floor(to / FIVE_MINUTES) * FIVE_MINUTES
  const period = { from: until - SPEED_DAYS * 24 * HOUR, to: until }
  const busiest = (await busiestRates(q, { ...period, leastMs: MIN_MS, step: '5m', scope: id })).get(id)
  const bits = busiest?.bitsPerSecond ?? null
  return { mbps: bits === null ? null : bits / 1e6, coveredSeconds: (busiest?.coveredMs ?? 0) / 1_000 }
}

/** Returns the usage of Global Reach at a circuit, by hours; null if shares are declared, or it was never measured. */
export async function readGlobalReachUsage(
  q: Queryable,
  standing: CostCircuit,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Usage | null> {
  if (!isReachMeasured(standing)) return null
  return usage(q, { scope: standing.resource.id, path: REACH_PATH, from, to, step: 'hour' })
}

/** Returns empty usage facts, for a circuit whose traffic was computed before. */
export const createEmptyUsage = (standing: CostCircuit): UsageFacts => ({
  hours: [],
  unplaced: [],
  globalReach: isGlobalReachKnown(standing) ? [] : null,
  ...(isReachMeasured(standing) && { reachBasis: 'measured' }),
  bandwidthMbps: standing.bandwidthMbps,
})

/** Converts a circuit's usage by hours into the form that the cost calculations take. */
export function usageFacts(
  { points, unplaced }: Usage,
  { bandwidthMbps, globalReach: shares }: Pick<CostCircuit, 'bandwidthMbps' | 'globalReach'>,
  reach: Usage | null = null,
): UsageFacts {
  const known = points.findIndex(isKnown)
  const hours = (known < 0 ? [] : points.slice(known)).map((point) => ({
    start: point.start,
    bytesOut: isKnown(point) ? point.out.bytes : null,
    // scaled down to the covered part of the hour
    bytesIn: point.coveredMs > 0 ? (point.in.bytes * BigInt(point.coveredMs)) / BigInt(point.in.coveredMs) : null,
    coveredSeconds: point.coveredMs / 1_000,
    metricSeconds: point.metricMs / 1_000,
  }))
  return {
    hours,
    unplaced: unplaced
      .filter(({ direction, reset }) => direction === 'out' && !reset)
      .map(({ from, to, bytes }) => ({ from, to, bytes })),
    // if Global Reach is neither declared nor measured, an assumption in the projection states that its bytes are
    // included in the billed bytes
    ...(reach === null
      ? { globalReach: reachHours(hours, shares) }
      : { globalReach: measuredReach(hours, hoursOf(reach)), reachBasis: 'measured' }),
    bandwidthMbps,
  }
}

/**
 * Reports whether the outbound bytes of an hour are known. A lower bound (`atLeast`) also counts, even if no time of
 * the hour is covered.
 */
const isKnown = ({ coveredMs, out }: Usage['points'][number]): boolean => coveredMs > 0 || out.atLeast

const hoursOf = ({ points }: Usage) =>
  new Map(
    points.map(({ start, out, coveredMs }) => [start, { bytesOut: out.bytes, coveredSeconds: coveredMs / 1_000 }]),
  )

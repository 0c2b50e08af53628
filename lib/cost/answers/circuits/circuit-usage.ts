import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { fillMeasuredGlobalReach, estimateGlobalReachHours, type UsageInput } from '../../rules/index.ts'
import { readBusiestRates, GLOBAL_REACH_PATH, type UsageOverTime, readUsage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type CostCircuit, getCostPeriodEnd, type BillingMonthAndNow, FORECAST_HISTORY_MS } from './circuit-inputs.ts'

/** Reports whether the bytes of Global Reach are known, either declared or measured. */
export const isGlobalReachKnown = ({ globalReach, reachMeasuredSince }: CostCircuit): boolean =>
  globalReach.length > 0 || reachMeasuredSince !== null

/**
 * Reports whether the cost calculations use the measured bytes of Global Reach. They do if Azure Monitor measured these
 * bytes and no operator declared shares.
 */
const isReachMeasured = ({ globalReach, reachMeasuredSince }: CostCircuit): boolean =>
  globalReach.length === 0 && reachMeasuredSince !== null

/**
 * Reads a circuit's usage until now, or until the end of the month if the month is over.
 * @param since begin of the usage; by default, the begin of the history that a forecast needs
 */
export async function readUsageInput(
  q: SqlExecutor,
  standing: CostCircuit,
  period: BillingMonthAndNow,
  since?: EpochMs,
): Promise<UsageInput> {
  const to = getCostPeriodEnd(period)
  const from = since ?? Math.floor((to - FORECAST_HISTORY_MS) / MS_PER_HOUR) * MS_PER_HOUR
  const facts = convertToUsageInput(
    await readUsage(q, { scope: standing.resource.id, from, to, step: 'hour' }),
    standing,
    await readGlobalReachUsage(q, standing, { from, to }),
  )
  // If the caller gives `since`, it needs only the bytes of the month. The busiest five minutes are then not read.
  return since === undefined ? { ...facts, busiestFiveMinutes: await busiestFiveMinutes(q, standing, to) } : facts
}

const FIVE_MINUTES = 300_000
const SPEED_DAYS = 30
/**
 * Minimum measured time in milliseconds of a five-minute interval whose rate is used. It is less than five minutes
 * because polls may be a little late.
 */
const MIN_MS = 240_000

/**
 * Returns the highest rate of a five-minute interval in the last 30 days (all traffic of the circuit), and the measured
 * part of these 30 days.
 */
async function busiestFiveMinutes(q: SqlExecutor, { resource: { id } }: CostCircuit, to: EpochMs) {
  const until = Math.floor(to / FIVE_MINUTES) * FIVE_MINUTES
  const period = { from: until - SPEED_DAYS * 24 * MS_PER_HOUR, to: until }
  const busiest = (await readBusiestRates(q, { ...period, leastMs: MIN_MS, step: '5m', scope: id })).get(id)
  const bits = busiest?.bitsPerSecond ?? null
  return { mbps: bits === null ? null : bits / 1e6, coveredSeconds: (busiest?.coveredMs ?? 0) / 1_000 }
}

/**
 * Returns the bytes of Global Reach at a circuit by hour, as measured by Azure Monitor; null if declared shares are
 * used instead, or if the bytes were never measured.
 */
export async function readGlobalReachUsage(
  q: SqlExecutor,
  standing: CostCircuit,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<UsageOverTime | null> {
  if (!isReachMeasured(standing)) return null
  return readUsage(q, { scope: standing.resource.id, path: GLOBAL_REACH_PATH, from, to, step: 'hour' })
}

/** Returns an empty usage. It is used for a circuit whose traffic was already computed and stored. */
export const createEmptyUsage = (standing: CostCircuit): UsageInput => ({
  hours: [],
  unplaced: [],
  globalReach: isGlobalReachKnown(standing) ? [] : null,
  ...(isReachMeasured(standing) && { reachBasis: 'measured' }),
  bandwidthMbps: standing.bandwidthMbps,
})

/**
 * Converts a circuit's usage by hour into the input of the cost calculations.
 * @param reach measured usage of Global Reach; null = use the declared shares
 */
export function convertToUsageInput(
  { points, unplaced }: UsageOverTime,
  { bandwidthMbps, globalReach: shares }: Pick<CostCircuit, 'bandwidthMbps' | 'globalReach'>,
  reach: UsageOverTime | null = null,
): UsageInput {
  const known = points.findIndex(isKnown)
  const hours = (known < 0 ? [] : points.slice(known)).map((point) => ({
    start: point.start,
    bytesOut: isKnown(point) ? point.out.bytes : null,
    // Inbound and outbound bytes may cover different parts of the hour. The inbound bytes are reduced to the time in
    // which both directions were measured.
    bytesIn: point.coveredMs > 0 ? (point.in.bytes * BigInt(point.coveredMs)) / BigInt(point.in.coveredMs) : null,
    coveredSeconds: point.coveredMs / 1_000,
    metricSeconds: point.metricMs / 1_000,
  }))
  return {
    hours,
    unplaced: unplaced
      .filter(({ direction, reset }) => direction === 'out' && !reset)
      .map(({ from, to, bytes }) => ({ from, to, bytes })),
    // If Global Reach was neither declared nor measured, its bytes remain in the billed bytes. The projection lists
    // this as an assumption.
    ...(reach === null
      ? { globalReach: estimateGlobalReachHours(hours, shares) }
      : { globalReach: fillMeasuredGlobalReach(hours, hoursOf(reach)), reachBasis: 'measured' }),
    bandwidthMbps,
  }
}

/**
 * Reports whether the outbound bytes of an hour are known. A known minimum (`atLeast`) is sufficient, even if no time
 * of the hour was measured.
 */
const isKnown = ({ coveredMs, out }: UsageOverTime['points'][number]): boolean => coveredMs > 0 || out.atLeast

const hoursOf = ({ points }: UsageOverTime) =>
  new Map(
    points.map(({ start, out, coveredMs }) => [start, { bytesOut: out.bytes, coveredSeconds: coveredMs / 1_000 }]),
  )

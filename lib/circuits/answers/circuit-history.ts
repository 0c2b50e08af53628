import type { CircuitHistoryParameters, CircuitsEndpointResponse } from '../api/index.ts'
import { circuitPaths, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { readCircuitRates, type PathRateInTimeSlice } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type Period,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  readTopology,
} from '#lib/questions/index.ts'
import { computeDailyUptime, readResourceUptimes, computeLastDaysPeriod } from '#lib/sessions/answers/index.ts'

/** Kinds of polls from which the daily uptime and the traffic rates are derived. */
const kinds: readonly PollKind[] = ['summary', 'stats']
/**
 * Length of one interval of the traffic history, in milliseconds. A day has 48 intervals, which are few enough for a
 * small chart on a wall display.
 */
export const TRAFFIC_INTERVAL_MS = 30 * 60_000

/** Returns the period of 24 hours that ends at the end of the last complete interval. */
export const getLast24Hours = (now: EpochMs): Period => {
  const end = now - (now % TRAFFIC_INTERVAL_MS)
  return { from: end - MS_PER_DAY, to: end }
}

/** Returns the daily uptime of each circuit, and its mean traffic rates in each half hour of the last 24 hours. */
export async function getCircuitHistory(
  db: ReadableDatabase,
  { days }: Pick<CircuitHistoryParameters, 'days'>,
  now: EpochMs = getDatabaseNow(),
): Promise<CircuitsEndpointResponse<'circuitHistory'>> {
  const q = getSqlExecutor(db)
  const period = computeLastDaysPeriod(days, now)
  const [topology, sources] = [await readTopology(q), await readSources(q)]
  const divided = days === 0 ? [] : await readResourceUptimes(q, period, { topology, sources, now })
  const daysById = new Map(divided.map((one) => [one.id, computeDailyUptime(period, one)]))
  const range = getLast24Hours(now)
  const rates = Map.groupBy(await readCircuitRates(q, { ...range, pieceMs: TRAFFIC_INTERVAL_MS }), ({ scope }) => scope)
  return {
    data: topology.circuits.map(({ resource: { id } }) => ({
      id,
      days: daysById.get(id)?.map((day) => ({ ...day, pathDownSeconds: day.partDownSeconds })) ?? [],
      traffic: sumPathRates(rates.get(id) ?? [], range),
    })),
    ...buildFreshnessFields(findSupportingPolls(sources, kinds, now), now),
  }
}

/**
 * Returns the sum of both paths' rates in each interval. The sum is null if the rate of a path is unknown in the
 * interval. A path without any sample in the whole period is ignored.
 */
export function sumPathRates(
  rates: readonly PathRateInTimeSlice[],
  { from, to }: Period,
): CircuitsEndpointResponse<'circuitHistory'>['data'][number]['traffic'] {
  const pieces = Math.round((to - from) / TRAFFIC_INTERVAL_MS)
  const paths = circuitPaths.filter((path) => rates.some((rate) => rate.path === path))
  const sums = (of: (rate: PathRateInTimeSlice) => number | null) => {
    const known = new Map(rates.map((rate) => [`${rate.path} ${rate.piece}`, of(rate)]))
    return Array.from({ length: pieces }, (_, piece) => {
      const both = paths.map((path) => known.get(`${path} ${piece}`) ?? null)
      return both.length === 0 || both.includes(null)
        ? null
        : Math.round(both.reduce<number>((a, b) => a + (b ?? 0), 0))
    })
  }
  return {
    from,
    stepSeconds: TRAFFIC_INTERVAL_MS / 1_000,
    toAzureBitsPerSecond: sums(({ bpsIn }) => bpsIn),
    fromAzureBitsPerSecond: sums(({ bpsOut }) => bpsOut),
  }
}

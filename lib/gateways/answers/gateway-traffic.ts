import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { GatewaysEndpointResponse } from '../api/index.ts'
import { readMetricRates, type MetricIntervalMean } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type Period,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  readTopology,
  formatIso,
} from '#lib/questions/index.ts'
import { getLast24Hours, TRAFFIC_INTERVAL_MS } from '#lib/circuits/answers/index.ts'

import { GATEWAY_BIT_RATE_METRICS } from './gateway-load.ts'

const kinds: readonly PollKind[] = ['metrics']

/**
 * Returns the mean traffic of every gateway in each half hour of the last 24 hours, in bit/s. A gateway without samples
 * is left out.
 */
export async function getGatewayTraffic(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<GatewaysEndpointResponse<'gatewayTraffic'>> {
  const q = getSqlExecutor(db)
  const range = getLast24Hours(now)
  const rates = await readGatewayRates(q, range)
  const { gateways } = await readTopology(q)
  const ids = new Set(gateways.map(({ resource }) => resource.id))
  const polls = (await readSources(q)).filter(({ scope }) => ids.has(scope))
  return {
    data: [...ids].flatMap((id) => {
      const bitsPerSecond = rates.get(id)
      return bitsPerSecond
        ? [{ id, from: formatIso(range.from), stepSeconds: TRAFFIC_INTERVAL_MS / 1_000, bitsPerSecond }]
        : []
    }),
    ...buildFreshnessFields(findSupportingPolls(polls, kinds, now), now),
  }
}

/**
 * Returns the mean rate in each half hour in bit/s, by short ID of the gateway; null = unknown. A gateway without
 * samples is left out.
 */
export async function readGatewayRates(q: SqlExecutor, range: Period): Promise<Map<string, (number | null)[]>> {
  const means = await readMetricRates(q, { metrics: GATEWAY_BIT_RATE_METRICS, ...range, pieceMs: TRAFFIC_INTERVAL_MS })
  return new Map([...Map.groupBy(means, ({ scope }) => scope)].map(([scope, own]) => [scope, inPieces(own, range)]))
}

/** Returns one rate for each half hour of the period; null if the mean is unknown. */
function inPieces(means: readonly MetricIntervalMean[], { from, to }: Period): (number | null)[] {
  const known = new Map(means.map(({ piece, mean }) => [piece, mean]))
  return Array.from({ length: Math.round((to - from) / TRAFFIC_INTERVAL_MS) }, (_, piece) => {
    const mean = known.get(piece) ?? null
    return mean === null ? null : Math.round(mean)
  })
}

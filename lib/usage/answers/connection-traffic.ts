import {
  bitRateMetrics,
  getMetricHubConnection,
  type EpochMs,
  formatHubConnectionPath,
  hubRateMetrics,
  globalReachMetrics,
} from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { ConnectionTraffic } from '../api/index.ts'
import { readMeasuredBytes, type BytesComputedFromBitRates } from '../store/index.ts'
import { type CurrentMetric, GLOBAL_REACH_PATH } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readRecentMetrics } from '#lib/sessions/answers/index.ts'

type Rates = typeof bitRateMetrics | typeof globalReachMetrics | typeof hubRateMetrics

/**
 * Adds the traffic to each connection: the rates of the newest minute, and the bytes of the current hour and the 23
 * hours before it. The values come from Azure Monitor.
 */
export async function addConnectionTraffic<Connection extends { id: string }>(
  q: SqlExecutor,
  connections: readonly Connection[],
  now: EpochMs,
): Promise<(Connection & { traffic: ConnectionTraffic | null })[]> {
  if (connections.length === 0) return []
  const scopes = connections.map(({ id }) => id)
  const bytes = new Map(
    (await readMeasuredBytes(q, { scopes, from: now - 23 * MS_PER_HOUR })).map((one) => [one.scope, one]),
  )
  const rates = Map.groupBy(
    await readRecentMetrics(q, scopes, Object.values(bitRateMetrics), now),
    ({ scope }) => scope,
  )
  return connections.map((connection) => ({
    ...connection,
    traffic: trafficOf(bytes.get(connection.id), rates.get(connection.id) ?? [], bitRateMetrics),
  }))
}

/**
 * Returns the Global Reach traffic of a circuit over all its connections to other circuits: the rates of the newest
 * minute, and the bytes of the current hour and the 23 hours before. The values come from Azure Monitor. Null = no
 * data.
 */
export async function readGlobalReachTraffic(
  q: SqlExecutor,
  scope: string,
  now: EpochMs,
): Promise<ConnectionTraffic | null> {
  const [bytes] = await readMeasuredBytes(q, { scopes: [scope], from: now - 23 * MS_PER_HOUR, path: GLOBAL_REACH_PATH })
  return trafficOf(bytes, await readRecentMetrics(q, scope, Object.values(globalReachMetrics), now), globalReachMetrics)
}

/**
 * Returns the traffic of the connections of a Virtual WAN gateway, by connection name: the rates of the newest minute,
 * and the bytes of the current hour and the 23 hours before. The values come from Azure Monitor. Null = no data. For
 * VPN, there are only bytes and no rates.
 */
export async function readHubTraffic(
  q: SqlExecutor,
  gateway: string,
  connections: readonly string[],
  now: EpochMs,
): Promise<Map<string, ConnectionTraffic | null>> {
  const newest = await readRecentMetrics(q, gateway, Object.values(hubRateMetrics), now)
  const traffic = new Map<string, ConnectionTraffic | null>()
  for (const connection of connections) {
    const path = formatHubConnectionPath(connection)
    const [bytes] = await readMeasuredBytes(q, { scopes: [gateway], from: now - 23 * MS_PER_HOUR, path })
    const own = newest.filter(
      ({ dimensions }) => formatHubConnectionPath(getMetricHubConnection(dimensions) ?? '') === path,
    )
    traffic.set(connection, trafficOf(bytes, own, hubRateMetrics))
  }
  return traffic
}

function trafficOf(
  bytes: BytesComputedFromBitRates | undefined,
  newest: readonly CurrentMetric[],
  names: Rates,
): ConnectionTraffic | null {
  if (!bytes && newest.length === 0) return null
  return {
    bitsInPerSecond: sumOf(newest, names.in),
    bitsOutPerSecond: sumOf(newest, names.out),
    bytesIn: String(bytes?.bytesIn ?? 0n),
    bytesOut: String(bytes?.bytesOut ?? 0n),
    coveredSeconds: (bytes?.coveredMs ?? 0) / 1_000,
  }
}

/**
 * Returns the sum of the newest values of a metric; null = there are no values. Global Reach has one value for each
 * circuit at the other end.
 */
function sumOf(metrics: readonly CurrentMetric[], name: string): number | null {
  const values = metrics.flatMap(({ metric, average }) => (metric === name && average !== null ? [average] : []))
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}

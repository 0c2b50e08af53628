import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes, type EpochMs, formatPollOutcome, type GatewayConfig, userVpnMetrics } from '#lib/contract/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import {
  type ConnectionStateAtMoment,
  type CurrentCounter,
  type CurrentMetric,
  readConnectionsAtMoment,
  readLatestCounters,
  type ResourceView,
  type SourceStatus,
} from '#lib/history/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { judgePollFreshness } from '#lib/questions/index.ts'
import { readRecentMetrics } from '#lib/sessions/answers/index.ts'
import type { GatewayToEncode, HubToEncode } from '../api/index.ts'

type HubUserVpnGateway = NonNullable<HubToEncode['userVpnGateways']>[number]

/** Names of the metrics of user VPN. */
export const USER_VPN_METRICS: readonly string[] = Object.values(userVpnMetrics)

/** Newest polled data about user VPN gateways, by gateway ID. */
export interface UserVpnData {
  live: ReadonlyMap<string, ConnectionStateAtMoment[]>
  counters: ReadonlyMap<string, CurrentCounter[]>
  metrics: ReadonlyMap<string, CurrentMetric[]>
}

/**
 * Reads the polled data about user VPN gateways.
 * @param hasAny whether a user VPN gateway is listed; if not, no query runs
 */
export async function readUserVpnData(q: SqlExecutor, hasAny: boolean, now: EpochMs): Promise<UserVpnData> {
  if (!hasAny) return { live: new Map(), counters: new Map(), metrics: new Map() }
  return {
    live: Map.groupBy(await readConnectionsAtMoment(q, {}), ({ scope }) => scope),
    counters: Map.groupBy(await readLatestCounters(q, {}), ({ scope }) => scope),
    metrics: Map.groupBy(await readRecentMetrics(q, undefined, USER_VPN_METRICS, now), ({ scope }) => scope),
  }
}

/**
 * Describes a user VPN gateway with the number of its users. The number is unknown if Azure does not report it, or if
 * the last good poll is too old.
 */
export function describeUserVpnGateway(
  resource: ResourceView,
  { live, counters, metrics }: UserVpnData,
  { sources, now }: { sources: readonly SourceStatus[]; now: EpochMs },
): HubUserVpnGateway {
  const { id, resourceId, name } = resource
  const poll = sources.find(({ scope, poll: { kind } }) => scope === id && kind === 'connection')?.poll
  const isUsable = poll !== undefined && isFreshnessUsable(judgePollFreshness(poll, now))
  const users = isUsable ? live.get(id)?.[0]?.live.clients : undefined
  const latest = isUsable ? counters.get(id)?.find(({ counter }) => counter === '')?.latest : undefined
  const clients = users?.count ?? null
  return {
    id,
    resourceId,
    name,
    ...decodeResourceConfig(armTypes.userVpnGateway, resource.config),
    clients,
    addresses: users?.addresses ?? null,
    bytesIn: latest?.bytesIn ?? null,
    bytesOut: latest?.bytesOut ?? null,
    unread: clients === null ? formatUnreadReason(poll, isUsable) : null,
    metrics: combineMetrics(metrics.get(id) ?? []),
  }
}

/**
 * Describes the user VPN (point-to-site) of a VPN gateway of a virtual network; null = it has none. ARM reports no
 * number of its devices.
 * @param metrics newest values of the gateway's metrics, which may contain other metrics
 */
export const describeGatewayUserVpn = (
  config: Pick<GatewayConfig, 'userVpnPools'> | undefined,
  metrics: readonly CurrentMetric[],
): NonNullable<GatewayToEncode['userVpn']> | null =>
  config?.userVpnPools
    ? {
        addressPools: config.userVpnPools,
        metrics: combineMetrics(metrics.filter(({ metric }) => USER_VPN_METRICS.includes(metric))),
      }
    : null

/**
 * Combines the newest values of a gateway's metrics: connections and rates are added over protocols and instances. Each
 * instance learns the same routes, so the largest number of an instance is returned. Null = there are no values.
 */
function combineMetrics(values: readonly CurrentMetric[]): NonNullable<HubUserVpnGateway['metrics']> | null {
  if (values.length === 0) return null
  const of = (name: string) => values.filter(({ metric }) => metric === name)
  const routes = [
    ...Map.groupBy(of(userVpnMetrics.routes), ({ dimensions }) => dimensions['instance']).values(),
  ].flatMap((own) => sumOf(own, (one) => averageTotal(one, 5 * MS_PER_MINUTE)) ?? [])
  const bytes = sumOf(of(userVpnMetrics.bandwidth), ({ average }) => average)
  const connectionsIn = (own: readonly CurrentMetric[]) => sumOf(own, (one) => averageTotal(one, MS_PER_MINUTE))
  const byProtocol = Map.groupBy(of(userVpnMetrics.connections), ({ dimensions }) => dimensions['protocol'] ?? '')
  return {
    at: Math.min(...values.map(({ at }) => at)),
    connections: connectionsIn(of(userVpnMetrics.connections)),
    byProtocol: [...byProtocol].flatMap(([protocol, own]) => {
      const connections = connectionsIn(own)
      return connections === null ? [] : [{ protocol, connections }]
    }),
    bitsPerSecond: bytes === null ? null : bytes * 8,
    routes: routes.length === 0 ? null : Math.max(...routes),
  }
}

/**
 * Returns the number that a sum contains once for each sample. Azure may answer with longer intervals than requested,
 * and the sum of such an interval contains the number several times.
 * @param everyMs time between two samples
 */
const averageTotal = ({ total, grainSeconds }: CurrentMetric, everyMs: number): number | null =>
  total === null ? null : total / Math.max(1, (grainSeconds * 1_000) / everyMs)

/** Returns the sum of the values that Azure reported; null = it reported none. */
function sumOf(values: readonly CurrentMetric[], pick: (one: CurrentMetric) => number | null): number | null {
  const known = values.flatMap((one) => pick(one) ?? [])
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

function formatUnreadReason(poll: SourceStatus['poll'] | undefined, isUsable: boolean): string {
  if (isUsable) return 'Azure does not report the number of users.'
  if (!poll || poll.lastStartedAt === null) return 'It was not polled yet.'
  const outcome = poll.lastOutcome
  return outcome === 'ok' || outcome === 'incomplete' ? 'Its polls are late.' : formatPollOutcome(outcome)
}

import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  armTypes,
  circuitPaths,
  type CircuitPath,
  type EpochMs,
  parseMetricAddressFamily,
  MAX_METRIC_AGE_MS,
  findMetricCircuitPath,
  parsePeeringType,
  isVpnGateway,
} from '#lib/contract/index.ts'
import type { StoredSession } from '../api/index.ts'
import { readLatestMetrics, type CurrentMetric, type SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  getCircuitLinks,
  type CircuitResource,
  expandByPeering,
  type EstateTopology,
  type GatewayResource,
  isPollRefused,
} from '#lib/questions/index.ts'

/** Azure metric: availability of the BGP sessions on one path of a circuit, in percent. */
const CIRCUIT_BGP = 'BgpAvailability'
const GATEWAY_METRICS = [
  // metric of VPN gateways, hubs and Route Servers: 1 = the session is connected, 0 = it is not
  'BgpPeerStatus',
  'ExpressRouteGatewayCountOfRoutesLearnedFromPeer',
  'ScalableExpressRouteGatewayCountOfRoutesLearnedFromPeer',
]

/**
 * Maximum age of a metric value in milliseconds for describing the current state. Azure publishes values some minutes
 * late.
 */
const OLDEST_BUCKET_MS = MAX_METRIC_AGE_MS + 10 * 60_000

/**
 * Returns sessions that are derived from metrics, for resources whose sessions Azure refuses to list (for example
 * because POST requests are forbidden). A metric shows only whether a session is up. The field `evidence` marks such
 * sessions.
 */
export async function readMetricSessions(
  q: SqlExecutor,
  scope: string | undefined,
  estate: EstateTopology,
  sources: readonly SourceStatus[],
  stored: readonly StoredSession[],
  now: EpochMs,
): Promise<StoredSession[]> {
  const asksState = ({ poll }: SourceStatus) => poll.kind === 'peers' || poll.kind === 'summary'
  const refused = sources.filter((source) => asksState(source) && isPollRefused(source, now))
  if (refused.length === 0) return []
  const metrics = await readRecentMetrics(q, scope, [CIRCUIT_BGP, ...GATEWAY_METRICS], now)
  const refusedScopes = new Set(refused.map((source) => source.scope))
  const observed = new Set(stored.filter(({ known }) => known === 'observed').map(({ scope: id }) => id))
  const isOpen = ({ resource }: Pick<GatewayResource | CircuitResource, 'resource'>) =>
    refusedScopes.has(resource.id) && !observed.has(resource.id)
  return [
    ...[...estate.gateways, ...hubsIn(estate)]
      .filter(isOpen)
      .flatMap((gateway) => gatewayRows(gateway, metrics, stored)),
    ...estate.circuits
      .filter(isOpen)
      .flatMap(expandByPeering)
      .flatMap((circuit) => circuitRows(circuit, metrics)),
  ]
}

/** Returns the newest value of each metric. A value that is too old to describe the current state is left out. */
export async function readRecentMetrics(
  q: SqlExecutor,
  scope: string | readonly string[] | undefined,
  names: readonly string[],
  now: EpochMs,
): Promise<CurrentMetric[]> {
  const metrics = await readLatestMetrics(q, { scope, metrics: names })
  return metrics.filter(({ at, grainSeconds }) => now - at - grainSeconds * 1_000 <= OLDEST_BUCKET_MS)
}

/** A gateway with its configuration, or a hub, which has no gateway configuration. */
type MeasuredGateway = Pick<GatewayResource, 'resource'> & Partial<Pick<GatewayResource, 'config'>>

/** Returns the Virtual WAN hubs that are not in the list of gateways. Their metrics also describe BGP sessions. */
const hubsIn = ({ byKey, gateways }: EstateTopology): MeasuredGateway[] => {
  const known = new Set(gateways.map(({ resource }) => resource.id))
  return [...byKey.values()]
    .filter(({ id, type }) => type === armTypes.virtualHub && !known.has(id))
    .map((resource) => ({ resource }))
}

function gatewayRows(
  { resource, config }: MeasuredGateway,
  metrics: readonly CurrentMetric[],
  stored: readonly StoredSession[],
): StoredSession[] {
  const isVpn = isVpnGateway(resource.type, config?.kind)
  const ownAddresses = config?.instances.flat() ?? []
  const own = metrics.filter((metric) => metric.scope === resource.id && GATEWAY_METRICS.includes(metric.metric))
  return own.flatMap((metric) => {
    const { bgppeeraddress, bgppeerip, roleinstance, instance, routeserviceinstance } = metric.dimensions
    const neighbor = bgppeeraddress ?? bgppeerip
    const isStatus = metric.metric === 'BgpPeerStatus'
    const value = isStatus ? (metric.average ?? metric.maximum) : metric.maximum
    if (!neighbor || value === null) return []
    // A metric contains only the address of the neighbor. ASN, role and circuit are copied from the stored session.
    const before = stored.find((session) => session.scope === resource.id && session.neighbor === neighbor)
    return {
      ...rowOf(metric, value > 0, resource.name),
      // all neighbors of a VPN gateway are the customer's routers, except the gateway's own instances
      ...(isVpn && !ownAddresses.includes(neighbor) && { role: 'onprem' as const }),
      ...(before && { remoteAsn: before.remoteAsn, role: before.role, mapping: before.mapping }),
      localAddress: roleinstance ?? instance ?? routeserviceinstance ?? '',
      neighbor: canonicalizeAddress(neighbor) ?? neighbor,
      prefixesReceived: isStatus ? null : value,
    }
  })
}

function circuitRows(circuit: CircuitResource, metrics: readonly CurrentMetric[]): StoredSession[] {
  const { resource, peering } = circuit
  return circuitPaths.flatMap((path) =>
    getCircuitLinks(circuit, path).flatMap(({ family, microsoft, customer }) => {
      const metric = findMetricAvailability(circuit, path, { metric: CIRCUIT_BGP, family }, metrics)
      if (!metric || metric.average === null) return []
      return {
        ...rowOf(metric, metric.average >= 50, resource.name),
        peering: parsePeeringType(peering?.name ?? null),
        path,
        localAddress: microsoft,
        neighbor: customer,
        role: 'onprem' as const,
        mapping: { circuitId: resource.id, circuitName: resource.name, path, confidence: 'certain' as const },
      }
    }),
  )
}

/**
 * Returns the newest value of a circuit's availability metric for one path and one IP version; undefined if there is
 * none.
 */
export function findMetricAvailability(
  { resource, peering }: CircuitResource,
  path: CircuitPath,
  { metric, family }: { metric: string; family: 4 | 6 },
  metrics: readonly CurrentMetric[],
): CurrentMetric | undefined {
  const kind = parsePeeringType(peering?.name ?? null) === 'microsoft' ? 'microsoft' : 'private'
  return metrics.find(
    (found) =>
      found.scope === resource.id &&
      found.metric === metric &&
      findMetricCircuitPath({ peer: found.dimensions.peer ?? '' }) === path &&
      parseMetricAddressFamily(found.dimensions) === family &&
      (found.dimensions.peeringtype ?? kind).toLowerCase().includes(kind),
  )
}

function rowOf(metric: CurrentMetric, isUp: boolean, scopeName: string): StoredSession {
  const ended = metric.at + metric.grainSeconds * 1_000
  return {
    scope: metric.scope,
    scopeName,
    resourceId: metric.resourceId,
    peering: null,
    path: null,
    localAddress: '',
    neighbor: '',
    remoteAsn: null,
    role: 'other',
    state: isUp ? 'established' : 'unknown',
    azureState: null,
    verdict: isUp ? 'up' : 'down',
    establishedAt: null,
    downSince: null,
    establishedTransitions: 0,
    prefixesReceived: null,
    messagesSent: null,
    messagesReceived: null,
    known: 'observed',
    lastSeenAt: ended,
    lastSeenBetween: { earliest: ended, latest: ended },
    mapping: null,
    evidence: 'metric',
  }
}

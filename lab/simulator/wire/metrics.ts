/** Azure Monitor metrics: one resource through ARM, and the data plane's batch of up to 50 (api-version 2024-02-01). */
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatIsoTimestamp } from '../duration.ts'
import { isEffectActiveAt } from '../effect.ts'
import { mixSeedWithInteger, hashTextToUnitFraction } from '../hash.ts'
import { findNetworkProviderRegion } from '../limits/admission.ts'
import {
  type ArmOperationContext,
  getCircuitOfRequestPath,
  getConnectionOfRequestPath,
  getGatewayOfRequestPath,
  getHubOfRequestPath,
  hubOfGateway,
  getPortOfRequestPath,
  getSubscriptionOfRequestPath,
} from './context.ts'
import { reachMetrics } from './global-reach.ts'
import {
  hostedConnectionRates,
  hubExpressRouteMetrics,
  hubMetrics,
  hubVpnMetrics,
  routeServerMetrics,
} from './hub-metrics.ts'
import { userVpnMetrics } from './hub-user-vpn.ts'
import { isHosted } from './hub-vpn.ts'
import { listExpressRoutePortMetrics } from './port-metrics.ts'
import {
  circuitMetrics,
  connectionMetrics,
  gatewayMetrics,
  type SimulatedMetric,
  peeringMetrics,
  type SimulatedMetricSeries,
} from './metric-series.ts'
import { listConnectionMonitorMetrics, getMonitorOfRequestPath } from './monitors.ts'
import { findRouteServerOfRequestPath } from './route-server.ts'
import {
  createInvalidMetricsQueryError,
  SECONDS_BY_METRIC_TIME_GRAIN,
  type MetricsQuery,
  parseMetricsQuery,
} from './metric-query.ts'

const RETENTION = 93 * 86_400_000
const MAX_POINTS = 300_000
const BATCH = 50

interface Target {
  readonly metrics: readonly SimulatedMetric[]
  readonly type: string
  readonly region: string
}

function targetOf(c: ArmOperationContext): Target {
  const { world } = c
  const region = world.topology.groups.get(c.params.group ?? '')?.location ?? 'global'
  switch (c.params.type) {
    case 'expressroutecircuits': {
      const { spec, domain } = getCircuitOfRequestPath(c)
      if (c.params.peering)
        return {
          metrics: peeringMetrics(world, spec, c.params.peering, domain),
          type: 'Microsoft.Network/expressRouteCircuits/peerings',
          region,
        }
      const own = [...circuitMetrics(world, spec, domain), ...reachMetrics(world, spec, domain)]
      return { metrics: own, type: 'Microsoft.Network/expressRouteCircuits', region }
    }
    case 'virtualnetworkgateways': {
      const { spec, domain } = getGatewayOfRequestPath(c)
      const ofUsers = userVpnMetrics(spec.userVpn && { ...spec.userVpn, name: spec.name })
      const own = [...gatewayMetrics(world, spec, domain), ...ofUsers]
      return { metrics: own, type: 'Microsoft.Network/virtualNetworkGateways', region }
    }
    case 'connections': {
      const spec = getConnectionOfRequestPath(c)
      const domain = world.topology.domainOfGateway.get(spec.gateway)
      return {
        metrics: domain ? connectionMetrics(world, spec, domain) : [],
        type: 'Microsoft.Network/connections',
        region,
      }
    }
    case 'expressrouteports':
      return {
        metrics: listExpressRoutePortMetrics(world, getPortOfRequestPath(c)),
        type: 'Microsoft.Network/expressRoutePorts',
        region,
      }
    case 'expressroutegateways': {
      const type = 'Microsoft.Network/expressRouteGateways'
      if (isHosted(c)) {
        const { spec, domain } = getGatewayOfRequestPath(c, 'ExpressRoute')
        const connections = hostedConnectionRates(world, spec, domain)
        return { metrics: [...gatewayMetrics(world, spec, domain), ...connections], type, region }
      }
      const { spec, domain } = hubOfGateway(c, 'expressRoute')
      const own = hubExpressRouteMetrics(world, spec, domain)
      return { metrics: own, type, region: spec.location ?? region }
    }
    case 'vpngateways': {
      const type = 'Microsoft.Network/vpnGateways'
      if (isHosted(c)) {
        const { spec, domain } = getGatewayOfRequestPath(c, 'Vpn')
        return { metrics: gatewayMetrics(world, spec, domain), type, region }
      }
      const { spec, domain } = hubOfGateway(c, 'vpn')
      const own = hubVpnMetrics(world, spec, domain)
      return { metrics: own, type, region: spec.location ?? region }
    }
    case 'p2svpngateways': {
      const { spec } = hubOfGateway(c, 'userVpn')
      const type = 'Microsoft.Network/p2sVpnGateways'
      return { metrics: userVpnMetrics(spec.userVpn), type, region: spec.location ?? region }
    }
    case 'virtualhubs': {
      const server = findRouteServerOfRequestPath(c)
      const type = 'Microsoft.Network/virtualHubs'
      if (server) return { metrics: routeServerMetrics(world, server), type, region: server.location ?? region }
      const { spec, domain } = getHubOfRequestPath(c)
      return { metrics: hubMetrics(world, spec, domain), type, region: spec.location ?? region }
    }
    case 'networkwatchers':
      return {
        metrics: listConnectionMonitorMetrics(world, getMonitorOfRequestPath(c)),
        type: 'Microsoft.Network/networkWatchers/connectionMonitors',
        region,
      }
    default:
      throw createInvalidMetricsQueryError(`The resource type '${c.params.type}' has no metrics here.`)
  }
}

function combine(metric: SimulatedMetric, series: readonly SimulatedMetricSeries[]): SimulatedMetricSeries['value'] {
  const [only] = series
  if (series.length === 1 && only) return only.value
  return (from, to) => {
    const values = series.map((s) => s.value(from, to))
    if (metric.aggregation === 'Maximum') return Math.max(...values)
    const sum = values.reduce((a, b) => a + b, 0)
    return metric.aggregation === 'Total' ? sum : sum / values.length
  }
}

/** Returns the delay in milliseconds after which a resource's point is available. */
function lateness({ memory }: ArmOperationContext, id: string, metric: SimulatedMetric): number {
  const { minute, fiveMinutes } = memory.profile.metricsLate
  const { least, most } = metric.grain === MS_PER_MINUTE ? minute : fiveMinutes
  return least + (most - least) * hashTextToUnitFraction(`metrics/${id.toLowerCase()}`)
}

/**
 * Returns a function from a point's value to its current reading; null = the point is missing; undefined = no happening
 * delays it. A point of a delayed metric exists from the begin of its time.
 */
function readingOf(
  c: ArmOperationContext,
  id: string,
  metric: SimulatedMetric,
  at: number,
  until: number,
): ((value: number) => number) | null | undefined {
  const name = id.split('/').at(-1)
  const delay = c.world.timeline.effects.findLast(
    (effect) =>
      effect.kind === 'metric-delay' &&
      isEffectActiveAt(effect, c.at) &&
      (effect.resource === null || effect.resource === name) &&
      (effect.metric === null || effect.metric === metric.name),
  )
  if (delay?.kind !== 'metric-delay') return undefined
  const seed = `metrics/${id.toLowerCase()}/${metric.name}/${at}`
  const { reads, least, most } = delay
  if (c.at >= until + least + (most - least) * hashTextToUnitFraction(seed)) return (value) => value
  if (reads === 'missing') return null
  return (value) =>
    reads === 'zero' ? 0 : value * hashTextToUnitFraction(`${seed}/${Math.floor(c.at / MS_PER_MINUTE)}`)
}

function points(
  c: ArmOperationContext,
  id: string,
  metric: SimulatedMetric,
  query: MetricsQuery,
  value: SimulatedMetricSeries['value'],
): Record<string, unknown>[] {
  const grain = SECONDS_BY_METRIC_TIME_GRAIN[query.interval] ?? MS_PER_MINUTE
  const aggregations = query.aggregations.length > 0 ? query.aggregations : [metric.aggregation]
  const known = Math.floor((c.at - lateness(c, id, metric)) / MS_PER_MINUTE) * MS_PER_MINUTE
  const oldest = Math.max(query.from, c.at - RETENTION, c.world.timeline.epoch)
  const rows: Record<string, unknown>[] = []
  if ((query.to - oldest) / grain > MAX_POINTS)
    throw createInvalidMetricsQueryError('The timespan holds too many points for this interval.')
  for (let at = Math.floor(oldest / grain) * grain; at < query.to; at += grain) {
    const row: Record<string, unknown> = { timeStamp: formatIsoTimestamp(at).replace('.000Z', 'Z') }
    rows.push(row)
    const reading = readingOf(c, id, metric, at, at + grain)
    const until = Math.min(at + grain, reading === undefined ? known : c.at)
    if (until <= at || reading === null) continue
    const v = reading === undefined ? value(at, until) : reading(value(at, until))
    for (const a of aggregations) row[a.toLowerCase()] = a === 'Count' ? Math.ceil((until - at) / metric.grain) : v
  }
  return rows
}

function bodyOf(
  c: ArmOperationContext,
  id: string,
  target: Target,
  metric: SimulatedMetric,
  query: MetricsQuery,
): Record<string, unknown> {
  const grain = SECONDS_BY_METRIC_TIME_GRAIN[query.interval] ?? MS_PER_MINUTE
  if (grain < metric.grain)
    throw createInvalidMetricsQueryError(
      `Metric ${metric.name} does not support the interval ${query.interval}. Valid are those from ${metric.grain / MS_PER_MINUTE} minutes.`,
    )
  const groups = query.split.groups(metric)
  return {
    id: `${id}/providers/Microsoft.Insights/metrics/${metric.name}`,
    type: 'Microsoft.Insights/metrics',
    name: { value: metric.name, localizedValue: metric.name },
    displayDescription: metric.name,
    unit: metric.unit,
    errorCode: 'Success',
    timeseries: groups.map(({ metadata, series }) => ({
      metadatavalues: metadata.map(([name, value]) => ({ name: { value: name, localizedValue: name }, value })),
      data: points(c, id, metric, query, combine(metric, series)),
    })),
  }
}

function chosen(target: Target, query: MetricsQuery): readonly SimulatedMetric[] {
  if (query.names.length === 0) return target.metrics.slice(0, 1)
  return query.names.map((name) => {
    const metric = target.metrics.find((m) => m.name.toLowerCase() === name.toLowerCase())
    if (!metric)
      throw createInvalidMetricsQueryError(
        `Failed to find metric configuration for provider: Microsoft.Network, resource Type: ${target.type}, metric: ${name}, Valid metrics: ${target.metrics.map((m) => m.name).join(',')}`,
      )
    return metric
  })
}

function answerFor(c: ArmOperationContext, id: string) {
  const target = targetOf(c)
  const query = parseMetricsQuery(c)
  const value = chosen(target, query).map((m) => bodyOf(c, id, target, m, query))
  return { target, query, value }
}

/** ARM's types of child resources, for parent types whose children are not peerings. */
const CHILDREN: Readonly<Record<string, string>> = { networkwatchers: 'connectionMonitors' }

const idOf = (c: ArmOperationContext): string => {
  const { subscription, group, type, name, peering } = c.params
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${name}${peering ? `/${CHILDREN[type ?? ''] ?? 'peerings'}/${peering}` : ''}`
}

/** Answers GET {resource}/providers/Microsoft.Insights/metrics. */
export function answerMetrics(c: ArmOperationContext) {
  const { target, query, value } = answerFor(c, idOf(c))
  return {
    cost: mixSeedWithInteger(value.length) % 100,
    timespan: `${formatIsoTimestamp(query.from)}/${formatIsoTimestamp(query.to)}`,
    interval: query.interval,
    namespace: target.type,
    resourceregion: target.region,
    value,
  }
}

/** Answers GET {resource}/providers/Microsoft.Insights/metricDefinitions. */
export function metricDefinitions(c: ArmOperationContext) {
  const target = targetOf(c)
  const id = idOf(c)
  return {
    value: target.metrics.map((m) => ({
      id: `${id}/providers/microsoft.insights/metricdefinitions/${m.name}`,
      resourceId: id,
      namespace: target.type,
      name: { value: m.name, localizedValue: m.name },
      unit: m.unit,
      primaryAggregationType: m.aggregation,
      supportedAggregationTypes: ['Average', 'Minimum', 'Maximum', 'Total', 'Count'],
      metricAvailabilities: Object.entries(SECONDS_BY_METRIC_TIME_GRAIN)
        .filter(([, ms]) => ms >= m.grain)
        .map(([timeGrain]) => ({ timeGrain, retention: 'P93D' })),
      dimensions: m.dimensions.map((d) => ({ value: d, localizedValue: d })),
      isDimensionRequired: false,
    })),
  }
}

const typeOf = (id: string): string =>
  id
    .toLowerCase()
    .split('/')
    .filter(Boolean)
    .slice(5)
    .filter((_, n) => n % 2 === 1 || n === 0)
    .join('/')
const subscriptionIn = (id: string): string => (id.split('/').filter(Boolean)[1] ?? '').toLowerCase()

/** Answers POST /subscriptions/{id}/metrics:getBatch. */
export function metricsBatch(c: ArmOperationContext) {
  getSubscriptionOfRequestPath(c)
  let ids: unknown
  try {
    ids = (JSON.parse(c.body) as { resourceids?: unknown }).resourceids
  } catch {
    throw createInvalidMetricsQueryError('The body is not JSON.')
  }
  if (!Array.isArray(ids) || ids.length === 0) throw createInvalidMetricsQueryError("The body needs 'resourceids'.")
  if (ids.length > BATCH) throw createInvalidMetricsQueryError(`At most ${BATCH} resources in one call.`)
  // "Metrics Batch": all resources in one subscription, in the region of the endpoint, and of one type.
  const groups = new Set(
    ids.map(
      (id) => `${typeOf(String(id))} ${findNetworkProviderRegion(c.world, String(id))} ${subscriptionIn(String(id))}`,
    ),
  )
  if (groups.size > 1)
    throw createInvalidMetricsQueryError(
      'All resources of a call must be of one type, in one region and in one subscription.',
    )
  return {
    values: ids.map(String).map((id) => {
      const [, subscription = '', , group = '', , , type = '', name = '', , peering = ''] = id
        .split('/')
        .filter(Boolean)
      const one: ArmOperationContext = {
        ...c,
        params: { subscription, group, type: type.toLowerCase(), name, peering },
      }
      const { target, query, value } = answerFor(one, id)
      return {
        starttime: formatIsoTimestamp(query.from),
        endtime: formatIsoTimestamp(query.to),
        interval: query.interval,
        namespace: target.type,
        resourceregion: target.region,
        resourceid: id,
        value,
      }
    }),
  }
}

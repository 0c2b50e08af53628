import { wordTable } from '#lib/bgp/word-table.ts'
import {
  armTypes,
  bitRateMetrics,
  fastPathMetrics,
  gatewayPeakMetrics,
  hubByteMetrics,
  hubRateMetrics,
  hubRouterMetrics,
  isPolledGatewayType,
  reachMetrics,
  isScalableSku,
  SCALE_UNITS_METRIC,
} from '#lib/contract/index.ts'

/** Metrics that can be read with one request because they share dimensions and grain. */
export interface MetricPlan {
  metrics: readonly string[]
  aggregations: readonly ('Average' | 'Maximum' | 'Minimum' | 'Total')[]
  /** dimensions by which the values are split; without them a circuit's two links would be averaged */
  dimensions: readonly string[]
  /** the finest grain that Azure Monitor offers for these metrics, as an ISO 8601 duration */
  grain: 'PT1M' | 'PT5M'
}

/**
 * Metrics of circuits. Names, aggregations and dimensions are from Azure Monitor, "Supported metrics" for
 * Microsoft.Network.
 */
const circuitPlans: readonly MetricPlan[] = [
  {
    metrics: ['ArpAvailability', 'BgpAvailability'],
    aggregations: ['Average'],
    dimensions: ['PeeringType', 'Peer'],
    grain: 'PT1M',
  },
  {
    metrics: Object.values(bitRateMetrics),
    aggregations: ['Average'],
    dimensions: ['PeeringType', 'DeviceRole'],
    grain: 'PT1M',
  },
  // traffic that the circuit dropped because it exceeded the bandwidth; measured for the whole circuit
  {
    metrics: ['QosDropBitsInPerSecond', 'QosDropBitsOutPerSecond'],
    aggregations: ['Average'],
    dimensions: [],
    grain: 'PT5M',
  },
  { metrics: [fastPathMetrics.circuit], aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
]

/** Metrics that exist only for a circuit with a Global Reach connection. */
const reachPlan: MetricPlan = {
  metrics: Object.values(reachMetrics),
  aggregations: ['Average'],
  dimensions: ['PeeredCircuitSKey'],
  grain: 'PT1M',
}

/**
 * Metrics of ExpressRoute Direct ports. Light levels are in dBm, for each lane of a link's optics. Source: "Supported
 * metrics" of Microsoft.Network/expressRoutePorts.
 */
const portPlans: readonly MetricPlan[] = [
  {
    metrics: ['AdminState', 'LineProtocol', 'PortBitsInPerSecond', 'PortBitsOutPerSecond'],
    aggregations: ['Average'],
    dimensions: ['Link'],
    grain: 'PT1M',
  },
  { metrics: [fastPathMetrics.port], aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
  { metrics: ['RxLightLevel', 'TxLightLevel'], aggregations: ['Average'], dimensions: ['Link', 'Lane'], grain: 'PT1M' },
]

/**
 * Metrics of ExpressRoute connections, which have no dimension. Source: "Supported metrics" of
 * Microsoft.Network/connections.
 */
const connectionPlans: readonly MetricPlan[] = [
  { metrics: Object.values(bitRateMetrics), aggregations: ['Average'], dimensions: [], grain: 'PT1M' },
]

/**
 * Metrics of gateways in Virtual WAN hubs. Source: "Supported metrics" of Microsoft.Network/expressRouteGateways and
 * vpnGateways.
 */
const hubGatewayPlans: Readonly<Record<string, readonly MetricPlan[]>> = wordTable({
  [armTypes.expressRouteGateway]: [
    {
      metrics: Object.values(hubRateMetrics),
      aggregations: ['Average'],
      dimensions: ['ConnectionName'],
      grain: 'PT1M',
    },
  ],
  [armTypes.vpnGateway]: [
    {
      metrics: Object.values(hubByteMetrics),
      aggregations: ['Total'],
      dimensions: ['ConnectionName', 'RemoteIP', 'Instance'],
      grain: 'PT5M',
    },
  ],
})

/**
 * Metrics of hubs. BgpPeerStatus is 1 if connected and 0 if not, by instance of the hub's router. Source: "Supported
 * metrics" of Microsoft.Network/virtualHubs.
 */
const hubPlans: readonly MetricPlan[] = [
  {
    metrics: ['BgpPeerStatus'],
    aggregations: ['Maximum'],
    dimensions: ['routeserviceinstance', 'bgppeerip', 'bgppeertype'],
    grain: 'PT5M',
  },
  { metrics: [hubRouterMetrics.units], aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
  { metrics: [hubRouterMetrics.processed], aggregations: ['Total'], dimensions: [], grain: 'PT5M' },
]

const expressRoutePlans: readonly MetricPlan[] = [
  {
    metrics: ['ExpressRouteGatewayCountOfRoutesLearnedFromPeer', 'ExpressRouteGatewayCountOfRoutesAdvertisedToPeer'],
    aggregations: ['Maximum'],
    dimensions: ['roleInstance', 'BgpPeerAddress'],
    grain: 'PT5M',
  },
  {
    metrics: ['ExpressRouteGatewayFrequencyOfRoutesChanged'],
    aggregations: ['Total'],
    dimensions: ['roleInstance'],
    grain: 'PT5M',
  },
  {
    metrics: [
      'ExpressRouteGatewayCpuUtilization',
      'ExpressRouteGatewayBitsPerSecond',
      'ExpressRouteGatewayPacketsPerSecond',
      'ExpressRouteGatewayActiveFlows',
    ],
    aggregations: ['Average', 'Maximum'],
    dimensions: ['roleInstance'],
    grain: 'PT5M',
  },
  // maximum over all instances and directions; an earlier version of Azure's list had no roleInstance for the machine
  // metrics
  { metrics: Object.values(gatewayPeakMetrics), aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
]

/** Metrics of a scalable gateway, which has the same metrics under other names and without instances. */
const scalablePlans: readonly MetricPlan[] = expressRoutePlans.map((plan) => ({
  ...plan,
  metrics: [
    ...plan.metrics.map((name) => `Scalable${name}`),
    ...(plan.metrics.includes('ExpressRouteGatewayActiveFlows') ? [SCALE_UNITS_METRIC] : []),
  ],
  dimensions: plan.dimensions.filter((name) => name !== 'roleInstance'),
}))

const vpnPlans: readonly MetricPlan[] = [
  { metrics: ['BgpPeerStatus'], aggregations: ['Average'], dimensions: ['BgpPeerAddress', 'Instance'], grain: 'PT5M' },
  {
    metrics: ['BgpRoutesLearned', 'BgpRoutesAdvertised'],
    aggregations: ['Total'],
    dimensions: ['BgpPeerAddress', 'Instance'],
    grain: 'PT5M',
  },
  { metrics: ['AverageBandwidth'], aggregations: ['Average'], dimensions: ['Instance'], grain: 'PT5M' },
]

/** Dimensions that identify a test: a source, a destination and a configuration. */
const testDimensions = [
  'SourceName',
  'SourceAddress',
  'DestinationName',
  'DestinationAddress',
  'TestGroupName',
  'TestConfigurationName',
  'Protocol',
]

/**
 * Metrics of connection monitors. TestResult is requested separately, because classic monitors do not have it.
 * Source: "Supported metrics" of Microsoft.Network/networkWatchers/connectionMonitors.
 */
const connectionMonitorPlans: readonly MetricPlan[] = [
  {
    metrics: ['ChecksFailedPercent', 'RoundTripTimeMs'],
    aggregations: ['Average'],
    dimensions: testDimensions,
    grain: 'PT1M',
  },
  { metrics: ['TestResult'], aggregations: ['Average'], dimensions: testDimensions, grain: 'PT1M' },
]

/**
 * Returns the requests for a resource's metrics.
 * @param gateway gatewayType and SKU name of a virtual network gateway, which determine the names of its metrics
 * @param hasReach whether a circuit has a Global Reach connection
 * @returns null for a resource type without metrics
 */
export function metricPlans(
  type: string,
  gateway: { gatewayType: string | null; sku: string | null } | null,
  hasReach = false,
): readonly MetricPlan[] | null {
  if (type === armTypes.circuit) return hasReach ? [...circuitPlans, reachPlan] : circuitPlans
  if (type === armTypes.port) return portPlans
  if (type === armTypes.connection) return connectionPlans
  if (type === armTypes.connectionMonitor) return connectionMonitorPlans
  if (type === armTypes.virtualHub) return hubPlans
  if (type in hubGatewayPlans) return hubGatewayPlans[type] ?? null
  if (!isPolledGatewayType(type)) return null
  if (gateway?.gatewayType?.toLowerCase() === 'vpn') return vpnPlans
  return isScalableSku(gateway?.sku) ? scalablePlans : expressRoutePlans
}

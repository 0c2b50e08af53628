import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  ADVERTISED_ROUTES_METRIC,
  armTypes,
  bitRateMetrics,
  fastPathMetrics,
  gatewayPeakMetrics,
  hubByteMetrics,
  hubRateMetrics,
  hubRouterMetrics,
  isPolledGatewayType,
  globalReachMetrics,
  isScalableSku,
  SCALE_UNITS_METRIC,
  userVpnMetrics,
} from '#lib/contract/index.ts'
import type { MetricsOptionsOfResource } from '../../types.ts'

/**
 * Metrics that are read with one request. They have the same dimensions and the same finest time grain (interval
 * between two values).
 */
export interface MetricRequest {
  metrics: readonly string[]
  aggregations: readonly ('Average' | 'Maximum' | 'Minimum' | 'Total')[]
  /**
   * dimensions by which Azure splits the values. Without them, for example, Azure returns the average of a circuit's
   * two links.
   */
  dimensions: readonly string[]
  /**
   * the shortest interval between values (Azure's time grain) that Azure Monitor offers for these metrics, as an ISO
   * 8601 duration
   */
  grain: 'PT1M' | 'PT5M'
}

/**
 * Requests for the metrics of circuits. Names, aggregations and dimensions are from Azure Monitor, "Supported metrics"
 * for Microsoft.Network.
 */
const circuitPlans: readonly MetricRequest[] = [
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
  // traffic that Azure dropped because it exceeded the bandwidth of the circuit; Azure measures it only for the whole
  // circuit
  {
    metrics: ['QosDropBitsInPerSecond', 'QosDropBitsOutPerSecond'],
    aggregations: ['Average'],
    dimensions: [],
    grain: 'PT5M',
  },
  { metrics: [fastPathMetrics.circuit], aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
]

/** Request for the metrics that only a circuit with a Global Reach connection has. */
const reachPlan: MetricRequest = {
  metrics: Object.values(globalReachMetrics),
  aggregations: ['Average'],
  dimensions: ['PeeredCircuitSKey'],
  grain: 'PT1M',
}

/**
 * Requests for the metrics of ExpressRoute Direct ports. Light levels are in dBm, separately for each optical lane of a
 * link. Source: "Supported metrics" of Microsoft.Network/expressRoutePorts.
 */
const portPlans: readonly MetricRequest[] = [
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
 * Requests for the metrics of ExpressRoute connections, which have no dimensions. Source: "Supported metrics" of
 * Microsoft.Network/connections.
 */
const connectionPlans: readonly MetricRequest[] = [
  { metrics: Object.values(bitRateMetrics), aggregations: ['Average'], dimensions: [], grain: 'PT1M' },
]

/**
 * Requests for the metrics of hubs. BgpPeerStatus is 1 if a session is connected and 0 if it is not, for each instance
 * of the hub's router. Source: "Supported metrics" of Microsoft.Network/virtualHubs.
 */
const hubPlans: readonly MetricRequest[] = [
  {
    metrics: ['BgpPeerStatus'],
    aggregations: ['Maximum'],
    dimensions: ['routeserviceinstance', 'bgppeerip', 'bgppeertype'],
    grain: 'PT5M',
  },
  { metrics: [hubRouterMetrics.units], aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
  { metrics: [hubRouterMetrics.processed], aggregations: ['Total'], dimensions: [], grain: 'PT5M' },
]

const expressRoutePlans: readonly MetricRequest[] = [
  {
    metrics: ['ExpressRouteGatewayCountOfRoutesLearnedFromPeer', ADVERTISED_ROUTES_METRIC],
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
  // read without dimensions, as the maximum over all instances and directions, because an earlier version of Azure's
  // list had no roleInstance for the metrics of the gateway's virtual machines
  { metrics: Object.values(gatewayPeakMetrics), aggregations: ['Maximum'], dimensions: [], grain: 'PT5M' },
]

/**
 * Requests for the metrics of a scalable gateway. They are the same metrics as for other ExpressRoute gateways, but
 * with the prefix `Scalable` and without the dimension for instances, and also the number of scale units.
 */
const scalablePlans: readonly MetricRequest[] = expressRoutePlans.map((plan) => ({
  ...plan,
  metrics: [
    ...plan.metrics.map((name) => `Scalable${name}`),
    ...(plan.metrics.includes('ExpressRouteGatewayActiveFlows') ? [SCALE_UNITS_METRIC] : []),
  ],
  dimensions: plan.dimensions.filter((name) => name !== 'roleInstance'),
}))

const vpnPlans: readonly MetricRequest[] = [
  { metrics: ['BgpPeerStatus'], aggregations: ['Average'], dimensions: ['BgpPeerAddress', 'Instance'], grain: 'PT5M' },
  {
    metrics: ['BgpRoutesLearned', 'BgpRoutesAdvertised'],
    aggregations: ['Total'],
    dimensions: ['BgpPeerAddress', 'Instance'],
    grain: 'PT5M',
  },
  { metrics: ['AverageBandwidth'], aggregations: ['Average'], dimensions: ['Instance'], grain: 'PT5M' },
]

/**
 * Requests for the metrics of gateways in Virtual WAN hubs, by gateway type. They have the metrics of
 * the gateways of virtual networks, and also the traffic of each connection. Source: "Supported metrics" of
 * Microsoft.Network/expressRouteGateways and vpnGateways.
 */
const hubGatewayPlans: Readonly<Record<string, readonly MetricRequest[]>> = createSafeLookupTable({
  [armTypes.expressRouteGateway]: [
    ...expressRoutePlans,
    {
      metrics: Object.values(hubRateMetrics),
      aggregations: ['Average'],
      dimensions: ['ConnectionName'],
      grain: 'PT1M',
    },
  ],
  [armTypes.vpnGateway]: [
    ...vpnPlans,
    {
      metrics: Object.values(hubByteMetrics),
      aggregations: ['Total'],
      dimensions: ['ConnectionName', 'RemoteIP', 'Instance'],
      grain: 'PT5M',
    },
  ],
})

/**
 * Requests for the metrics of user VPN (point-to-site), of hubs and of VPN gateways of virtual networks. A sum over more
 * than a minute would count each connection several times, so the connections are read by the minute. Source:
 * "Supported metrics" of Microsoft.Network/p2sVpnGateways and virtualNetworkGateways.
 */
const userVpnPlans: readonly MetricRequest[] = [
  {
    metrics: [userVpnMetrics.connections],
    aggregations: ['Total'],
    dimensions: ['Protocol', 'Instance'],
    grain: 'PT1M',
  },
  { metrics: [userVpnMetrics.bandwidth], aggregations: ['Average'], dimensions: ['Instance'], grain: 'PT1M' },
  {
    metrics: [userVpnMetrics.routes],
    aggregations: ['Total'],
    dimensions: ['RouteType', 'Instance'],
    grain: 'PT5M',
  },
]

/** Dimensions that together identify a test: its source, its destination and its configuration. */
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
 * Requests for the metrics of connection monitors. TestResult has its own request, because classic monitors do not
 * support it. Source: "Supported metrics" of Microsoft.Network/networkWatchers/connectionMonitors.
 */
const connectionMonitorPlans: readonly MetricRequest[] = [
  {
    metrics: ['ChecksFailedPercent', 'RoundTripTimeMs'],
    aggregations: ['Average'],
    dimensions: testDimensions,
    grain: 'PT1M',
  },
  { metrics: ['TestResult'], aggregations: ['Average'], dimensions: testDimensions, grain: 'PT1M' },
]

/**
 * Returns the requests that are needed for a resource's metrics.
 * @param gateway properties of a virtual network gateway on which its metrics depend
 * @param hasReach whether a circuit has a Global Reach connection
 * @returns null for a resource type without metrics
 */
export function listMetricRequests(
  type: string,
  gateway: MetricsOptionsOfResource['gateway'],
  hasReach = false,
): readonly MetricRequest[] | null {
  if (type === armTypes.circuit) return hasReach ? [...circuitPlans, reachPlan] : circuitPlans
  if (type === armTypes.port) return portPlans
  if (type === armTypes.connection) return connectionPlans
  if (type === armTypes.connectionMonitor) return connectionMonitorPlans
  if (type === armTypes.virtualHub) return hubPlans
  if (type === armTypes.userVpnGateway) return userVpnPlans
  if (type in hubGatewayPlans) return hubGatewayPlans[type] ?? null
  if (!isPolledGatewayType(type)) return null
  if (gateway?.gatewayType?.toLowerCase() === 'vpn')
    return gateway.hasUserVpn ? [...vpnPlans, ...userVpnPlans] : vpnPlans
  return isScalableSku(gateway?.sku) ? scalablePlans : expressRoutePlans
}

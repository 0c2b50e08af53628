/**
 * All operations that the simulator serves. Each has the form of its request, a name for use in faults, and the
 * function that answers it.
 */
import { answerActivityLogEvents } from './activity.ts'
import { getCircuit, getPeering, listCircuits, listPeerings } from './circuit.ts'
import { arpTable, circuitStats, peeringStats, routesSummary, routesTable } from './circuit-tables.ts'
import type { ArmOperationContext } from './context.ts'
import {
  answerGetResourceGroup,
  getRouteFilter,
  getSubscription,
  answerListResourceGroups,
  listNone,
  answerListResourceProviders,
  listRouteFilterRules,
  listRouteFilters,
  listSubscriptions,
} from './estate.ts'
import {
  connectionsOfGateway,
  getConnection,
  getGateway,
  listConnections,
  listGateways,
  listPublicAddresses,
  listLocalGateways,
} from './gateway.ts'
import { listConnections as listReachConnections, listPeerConnections } from './global-reach.ts'
import {
  answerGetFailoverTest,
  answerListFailoverTests,
  resiliencyInformation,
  routesInformation,
} from './gateway-reports.ts'
import { advertisedRoutes, bgpPeerStatus, effectiveRoutes, learnedRoutes } from './gateway-tables.ts'
import { availabilityStatus, impactedResources, serviceHealthEvents } from './health.ts'
import { listConfigurationAssignments, listMaintenanceConfigurations } from './maintenance.ts'
import { answerCostUsageQuery } from './bill.ts'
import {
  getHub,
  hubEffectiveRoutes,
  hubInboundRoutes,
  hubPeerAdvertised,
  hubPeerLearned,
  listHubBgpConnections,
  listHubExpressRouteGateways,
  listHubNetworkConnections,
  listHubRouteTables,
  listHubs,
  listRouteMaps,
  listRoutingIntents,
  listVirtualWans,
} from './hub.ts'
import { getUserVpnGateway, listUserVpnGateways } from './hub-user-vpn.ts'
import { getHubVpnGateway, hubVpnPeers, listHubVpnGateways, listVpnSites } from './hub-vpn.ts'
import { answerGetNetworkInterface, interfaceEffectiveRoutes } from './interfaces.ts'
import { listMonitors, listWatchers } from './monitors.ts'
import { metricDefinitions, answerMetrics, metricsBatch } from './metrics.ts'
import {
  answerGetExpressRouteLag,
  answerGetExpressRoutePort,
  answerListExpressRouteLags,
  answerListExpressRoutePortLinks,
  answerListExpressRoutePorts,
} from './ports.ts'
import { resourceGraph } from './resource-graph.ts'
import { effectiveConnectivity, getVnet, listRouteTables, listVnetPeerings, listVnets } from './vnet.ts'

export type ResponseShapeName = 'object' | 'page' | 'list' | 'lro'
export interface SimulatedArmOperation {
  readonly operation: string
  readonly method: 'GET' | 'POST'
  readonly segments: readonly string[]
  /** `page`: value and nextLink. `list`: only value. `lro`: a long-running POST. */
  readonly shape: ResponseShapeName
  readonly family: 'gateway' | 'circuit'
  readonly handler: (c: ArmOperationContext) => unknown
}

const GROUP = '/subscriptions/:subscription/resourcegroups/:group'
const RG = `${GROUP}/providers/microsoft.network`
const SP = '/subscriptions/:subscription/providers/microsoft.network'
const GATEWAY = `${RG}/virtualnetworkgateways/:name`
const HUB = `${RG}/virtualhubs/:name`
const INTERFACE = `${RG}/networkinterfaces/:name`
const CIRCUIT = `${RG}/expressroutecircuits/:name`
const PEERING = `${CIRCUIT}/peerings/:peering`

const route = (
  operation: string,
  method: 'GET' | 'POST',
  pattern: string,
  shape: ResponseShapeName,
  handler: SimulatedArmOperation['handler'],
  family: SimulatedArmOperation['family'] = 'gateway',
): SimulatedArmOperation => ({ operation, method, segments: pattern.split('/').slice(1), shape, handler, family })
const get = (operation: string, pattern: string, handler: SimulatedArmOperation['handler']) =>
  route(operation, 'GET', pattern, 'object', handler)
const page = (operation: string, pattern: string, handler: SimulatedArmOperation['handler']) =>
  route(operation, 'GET', pattern, 'page', handler)
const gatewayPost = (operation: string, action: string, handler: SimulatedArmOperation['handler']) =>
  route(operation, 'POST', `${GATEWAY}/${action}`, 'lro', handler)
const circuitPost = (operation: string, table: string, handler: SimulatedArmOperation['handler']) =>
  route(operation, 'POST', `${PEERING}/${table}/:path`, 'lro', handler, 'circuit')

/** Types of which the scenarios have no resources. */
const ABSENT = ['virtualrouters']

const ROUTES: readonly SimulatedArmOperation[] = [
  page('subscription.list', '/subscriptions', listSubscriptions),
  get('subscription.get', '/subscriptions/:subscription', getSubscription),
  page('group.list', '/subscriptions/:subscription/resourcegroups', answerListResourceGroups),
  get('group.get', GROUP, answerGetResourceGroup),

  page('gateway.list', `${RG}/virtualnetworkgateways`, listGateways),
  get('gateway.get', GATEWAY, getGateway),
  page('gateway.connections', `${GATEWAY}/connections`, connectionsOfGateway),
  gatewayPost('gateway.peers', 'getbgppeerstatus', (c) => bgpPeerStatus(c)),
  gatewayPost('gateway.learned', 'getlearnedroutes', learnedRoutes),
  gatewayPost('gateway.advertised', 'getadvertisedroutes', advertisedRoutes),
  gatewayPost('gateway.effective', 'geteffectiveroutes', effectiveRoutes),
  gatewayPost('gateway.routesInformation', 'getroutesinformation', routesInformation),
  gatewayPost('gateway.resiliency', 'getresiliencyinformation', resiliencyInformation),
  gatewayPost('gateway.failoverTests', 'getfailoveralltestsdetails', answerListFailoverTests),
  gatewayPost('gateway.failoverTest', 'getfailoversingletestdetails', answerGetFailoverTest),
  page('connection.list', `${RG}/connections`, listConnections),
  get('connection.get', `${RG}/connections/:name`, getConnection),
  page('localGateway.list', `${RG}/localnetworkgateways`, listLocalGateways),

  page('circuit.list', `${SP}/expressroutecircuits`, listCircuits),
  page('circuit.list', `${RG}/expressroutecircuits`, listCircuits),
  get('circuit.get', CIRCUIT, getCircuit),
  get('circuit.stats', `${CIRCUIT}/stats`, circuitStats),
  page('circuit.authorizations', `${CIRCUIT}/authorizations`, listNone),
  page('circuit.peerings', `${CIRCUIT}/peerings`, listPeerings),
  get('circuit.peering', PEERING, getPeering),
  get('circuit.peeringStats', `${PEERING}/stats`, peeringStats),
  page('circuit.connections', `${PEERING}/connections`, listReachConnections),
  page('circuit.peerConnections', `${PEERING}/peerconnections`, listPeerConnections),
  circuitPost('circuit.arp', 'arptables', arpTable),
  circuitPost('circuit.routes', 'routetables', routesTable),
  circuitPost('circuit.summary', 'routetablessummary', routesSummary),

  page('vnet.list', `${SP}/virtualnetworks`, listVnets),
  page('vnet.list', `${RG}/virtualnetworks`, listVnets),
  get('vnet.get', `${RG}/virtualnetworks/:name`, getVnet),
  route(
    'vnet.connectivity',
    'POST',
    `${RG}/virtualnetworks/:name/listnetworkmanagereffectiveconnectivityconfigurations`,
    'object',
    effectiveConnectivity,
  ),
  page('vnet.peerings', `${RG}/virtualnetworks/:name/virtualnetworkpeerings`, listVnetPeerings),
  get('interface.get', INTERFACE, answerGetNetworkInterface),
  route('interface.effective', 'POST', `${INTERFACE}/effectiveroutetable`, 'lro', interfaceEffectiveRoutes),
  page('routeTable.list', `${RG}/routetables`, listRouteTables),
  page('publicAddress.list', `${RG}/publicipaddresses`, listPublicAddresses),
  page('routeFilter.list', `${SP}/routefilters`, listRouteFilters),
  page('routeFilter.list', `${RG}/routefilters`, listRouteFilters),
  get('routeFilter.get', `${RG}/routefilters/:name`, getRouteFilter),
  page('routeFilter.rules', `${RG}/routefilters/:name/routefilterrules`, listRouteFilterRules),
  page('lag.list', `${SP}/expressroutelags`, answerListExpressRouteLags),
  get('lag.get', `${RG}/expressroutelags/:name`, answerGetExpressRouteLag),
  page('port.list', `${SP}/expressrouteports`, answerListExpressRoutePorts),
  page('port.list', `${RG}/expressrouteports`, answerListExpressRoutePorts),
  get('port.get', `${RG}/expressrouteports/:name`, answerGetExpressRoutePort),
  page('port.links', `${RG}/expressrouteports/:name/links`, answerListExpressRoutePortLinks),
  page('provider.list', `${SP}/expressrouteserviceproviders`, answerListResourceProviders),
  // ARM does not page this list either: the response has only `value`
  route('wanGateway.list', 'GET', `${SP}/expressroutegateways`, 'list', listHubExpressRouteGateways),
  route('wanGateway.list', 'GET', `${RG}/expressroutegateways`, 'list', listHubExpressRouteGateways),
  page('wanVpnGateway.list', `${SP}/vpngateways`, listHubVpnGateways),
  page('wanVpnGateway.list', `${RG}/vpngateways`, listHubVpnGateways),
  get('wanVpnGateway.get', `${RG}/vpngateways/:name`, getHubVpnGateway),
  route('wanVpnGateway.peers', 'POST', `${RG}/vpngateways/:name/getbgppeerstatus`, 'lro', hubVpnPeers),
  page('wanUserVpn.list', `${SP}/p2svpngateways`, listUserVpnGateways),
  page('wanUserVpn.list', `${RG}/p2svpngateways`, listUserVpnGateways),
  get('wanUserVpn.get', `${RG}/p2svpngateways/:name`, getUserVpnGateway),
  page('wanVpnSite.list', `${SP}/vpnsites`, listVpnSites),
  page('wanVpnSite.list', `${RG}/vpnsites`, listVpnSites),
  page('wan.list', `${SP}/virtualwans`, listVirtualWans),
  page('wan.list', `${RG}/virtualwans`, listVirtualWans),
  page('hub.list', `${SP}/virtualhubs`, listHubs),
  page('hub.list', `${RG}/virtualhubs`, listHubs),
  get('hub.get', HUB, getHub),
  page('hub.bgpConnections', `${HUB}/bgpconnections`, listHubBgpConnections),
  page('hub.networkConnections', `${HUB}/hubvirtualnetworkconnections`, listHubNetworkConnections),
  page('hub.routeTables', `${HUB}/hubroutetables`, listHubRouteTables),
  page('hub.routingIntent', `${HUB}/routingintent`, listRoutingIntents),
  page('hub.routeMaps', `${HUB}/routemaps`, listRouteMaps),
  route('hub.peerLearned', 'POST', `${HUB}/bgpconnections/:peer/learnedroutes`, 'lro', hubPeerLearned),
  route('hub.peerAdvertised', 'POST', `${HUB}/bgpconnections/:peer/advertisedroutes`, 'lro', hubPeerAdvertised),
  route('hub.effective', 'POST', `${HUB}/effectiveroutes`, 'lro', hubEffectiveRoutes),
  route('hub.inbound', 'POST', `${HUB}/inboundroutes`, 'lro', hubInboundRoutes),
  page('watcher.list', `${SP}/networkwatchers`, listWatchers),
  page('watcher.list', `${RG}/networkwatchers`, listWatchers),
  // not paged in ARM
  route('monitor.list', 'GET', `${RG}/networkwatchers/:name/connectionmonitors`, 'list', listMonitors),
  ...ABSENT.flatMap((type) => [
    page(`${type}.list`, `${SP}/${type}`, listNone),
    page(`${type}.list`, `${RG}/${type}`, listNone),
  ]),

  route(
    'bill.query',
    'POST',
    '/subscriptions/:subscription/providers/microsoft.costmanagement/query',
    'object',
    answerCostUsageQuery,
  ),
  route('graph.query', 'POST', '/providers/microsoft.resourcegraph/resources', 'object', resourceGraph),
  get('metrics.get', '*/providers/microsoft.insights/metrics', answerMetrics),
  get('metrics.definitions', '*/providers/microsoft.insights/metricdefinitions', metricDefinitions),
  route('metrics.batch', 'POST', '/subscriptions/:subscription/metrics:getbatch', 'object', metricsBatch),
  page(
    'activity.list',
    '/subscriptions/:subscription/providers/microsoft.insights/eventtypes/management/values',
    answerActivityLogEvents,
  ),
  page(
    'health.impacted',
    '/subscriptions/:subscription/providers/microsoft.resourcehealth/events/:event/impactedresources',
    impactedResources,
  ),
  page(
    'maintenance.list',
    '/subscriptions/:subscription/providers/microsoft.maintenance/maintenanceconfigurations',
    listMaintenanceConfigurations,
  ),
  page(
    'maintenance.assignments',
    `${GATEWAY}/providers/microsoft.maintenance/configurationassignments`,
    listConfigurationAssignments,
  ),
  page('health.events', '/subscriptions/:subscription/providers/microsoft.resourcehealth/events', serviceHealthEvents),
  get('health.status', '*/providers/microsoft.resourcehealth/availabilitystatuses/current', availabilityStatus),
]

export interface MatchedArmOperation {
  readonly route: SimulatedArmOperation
  readonly params: Readonly<Record<string, string>>
}

function bind(segments: readonly string[], parts: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {}
  for (const [n, segment] of segments.entries()) {
    const part = parts[n] ?? ''
    if (segment.startsWith(':')) params[segment.slice(1)] = part
    else if (segment !== part.toLowerCase()) return null
  }
  return params
}

/**
 * Names that a fault can use in `operation`: the name of an operation, its family (the part before the dot), or `*` for
 * all.
 */
export const OPERATION_NAMES_FOR_FAULTS: ReadonlySet<string> = new Set(
  ['*', 'token.get', 'prices.list', ...ROUTES.map((r) => r.operation)].flatMap((name) => [
    name,
    name.split('.')[0] ?? name,
  ]),
)

/** Operations that exist for any resource. Their pattern matches the end of the path. */
const wild = ROUTES.filter((r) => r.segments[0] === 'providers' && r.operation !== 'graph.query')

/** Maximum number of cached matches. Generating the past of 500 circuits requests 6,000 paths many times each. */
const MAX_FOUND = 20_000
const found = new Map<string, MatchedArmOperation | null>()

/** Returns the operation of a path, ignoring case and doubled slashes; null if there is none. */
export function findOperationOfRequestPath(method: string, path: string): MatchedArmOperation | null {
  const key = `${method} ${path}`
  const known = found.get(key)
  if (known !== undefined) return known
  if (found.size >= MAX_FOUND) found.clear()
  const match = find(method, path)
  found.set(key, match)
  return match
}

function find(method: string, path: string): MatchedArmOperation | null {
  const parts = path
    .split('/')
    .filter((p) => p !== '')
    .map(decodeURIComponent)
  for (const candidate of ROUTES) {
    if (candidate.method !== method || candidate.segments.length !== parts.length) continue
    const params = bind(candidate.segments, parts)
    if (params) return { route: candidate, params }
  }
  for (const candidate of wild) {
    const { length } = candidate.segments
    const tail = parts.slice(-length)
    if (candidate.method !== method || parts.length <= length || !bind(candidate.segments, tail)) continue
    const [, subscription = '', , group = '', , , type = '', name = '', , peering = ''] = parts.slice(0, -length)
    return { route: candidate, params: { subscription, group, type: type.toLowerCase(), name, peering } }
  }
  return null
}

import {
  armTypes,
  type CircuitConfig,
  type ConnectionConfig,
  type DirectType,
  type GatewayConfig,
  type HubBgpConnectionConfig,
  type HubNetworkConnectionConfig,
  type HubRouteMapConfig,
  type HubRouteTableConfig,
  type HubRoutingIntentConfig,
  type LocalGatewayConfig,
  type NetworkConnectivityConfig,
  type NetworkInterfaceConfig,
  isGatewayType,
  isDirectType,
  hasMetroLocationName,
  type PortConfig,
  type PublicAddressConfig,
  type ResourceConfig,
  type RouteFilterConfig,
  type RouteTableConfig,
  type ServiceProviderConfig,
  type VirtualWanConfig,
  type VpnSiteConfig,
} from '#lib/contract/index.ts'
import { decodeMaintenanceConfiguration, decodeServiceHealthEvent } from './announced-work.ts'
import { createArmObject } from './arm-object.ts'
import { decodeCircuit } from './circuit.ts'
import { decodeConnection, decodeLocalGateway } from './connection.ts'
import { decodeGateway, decodePublicAddress } from './gateway.ts'
import {
  decodeHubBgpConnection,
  decodeHubNetworkConnection,
  decodeHubRouteMap,
  decodeHubRouteTable,
  decodeHubRoutingIntent,
  decodeVirtualWan,
  decodeVpnSite,
} from './hub.ts'
import {
  decodeHub,
  decodeNetwork,
  decodeNetworkConnectivity,
  decodeNetworkInterface,
  isInVirtualWan,
} from './network.ts'
import { decodePort } from './port.ts'

/**
 * Decodes the stored configuration of a resource, which is ARM's JSON without secrets. Only the folder of this file
 * knows ARM's field names for configuration. Any JSON is accepted. A field that is missing or has another type becomes
 * null or empty.
 * @param type ARM's resource type, lower case
 * @returns null for a type that Peerwatch stores but does not decode
 */
export function decodeResourceConfig(type: typeof armTypes.circuit, config: unknown): CircuitConfig
export function decodeResourceConfig(type: typeof armTypes.connection, config: unknown): ConnectionConfig
export function decodeResourceConfig(type: typeof armTypes.virtualNetworkGateway, config: unknown): GatewayConfig
export function decodeResourceConfig(type: typeof armTypes.localNetworkGateway, config: unknown): LocalGatewayConfig
export function decodeResourceConfig(type: typeof armTypes.networkInterface, config: unknown): NetworkInterfaceConfig
export function decodeResourceConfig(
  type: typeof armTypes.networkConnectivity,
  config: unknown,
): NetworkConnectivityConfig
export function decodeResourceConfig(type: DirectType, config: unknown): PortConfig
export function decodeResourceConfig(type: typeof armTypes.publicAddress, config: unknown): PublicAddressConfig
export function decodeResourceConfig(type: typeof armTypes.hubBgpConnection, config: unknown): HubBgpConnectionConfig
export function decodeResourceConfig(
  type: typeof armTypes.hubNetworkConnection,
  config: unknown,
): HubNetworkConnectionConfig
export function decodeResourceConfig(type: typeof armTypes.hubRouteTable, config: unknown): HubRouteTableConfig
export function decodeResourceConfig(type: typeof armTypes.hubRoutingIntent, config: unknown): HubRoutingIntentConfig
export function decodeResourceConfig(type: typeof armTypes.hubRouteMap, config: unknown): HubRouteMapConfig
export function decodeResourceConfig(type: typeof armTypes.virtualWan, config: unknown): VirtualWanConfig
export function decodeResourceConfig(type: typeof armTypes.serviceProvider, config: unknown): ServiceProviderConfig
export function decodeResourceConfig(type: typeof armTypes.vpnSite, config: unknown): VpnSiteConfig
export function decodeResourceConfig(type: string, config: unknown): ResourceConfig | null
export function decodeResourceConfig(type: string, config: unknown): ResourceConfig | null {
  if (type === armTypes.circuit) return decodeCircuit(config)
  if (type === armTypes.connection) return decodeConnection(config)
  if (type === armTypes.virtualNetwork) return decodeNetwork(config)
  if (type === armTypes.virtualHub && isInVirtualWan(config)) return decodeHub(config)
  if (isGatewayType(type)) return decodeGateway(type, config)
  if (type === armTypes.localNetworkGateway) return decodeLocalGateway(config)
  if (type === armTypes.networkInterface) return decodeNetworkInterface(config)
  if (type === armTypes.networkConnectivity) return decodeNetworkConnectivity(config)
  if (isDirectType(type)) return decodePort(type, config)
  if (type === armTypes.otherEdgeResource)
    return { resource: 'otherEdge', armType: createArmObject(config).text('armType') }
  if (type === armTypes.publicAddress) return decodePublicAddress(config)
  if (type === armTypes.hubBgpConnection) return decodeHubBgpConnection(config)
  if (type === armTypes.hubNetworkConnection) return decodeHubNetworkConnection(config)
  if (type === armTypes.vpnSite) return decodeVpnSite(config)
  if (type === armTypes.hubRouteTable) return decodeHubRouteTable(config)
  if (type === armTypes.hubRoutingIntent) return decodeHubRoutingIntent(config)
  if (type === armTypes.hubRouteMap) return decodeHubRouteMap(config)
  if (type === armTypes.virtualWan) return decodeVirtualWan(config)
  if (type === armTypes.routeTable) return decodeRouteTable(config)
  if (type === armTypes.routeFilter) return decodeRouteFilter(config)
  if (type === armTypes.serviceProvider) return decodeServiceProvider(config)
  if (type === armTypes.serviceHealthEvent) return decodeServiceHealthEvent(config)
  if (type === armTypes.maintenanceConfiguration) return decodeMaintenanceConfiguration(config)
  return null
}

/** Decodes a route table. Source: Azure Network REST, RouteTable and Route; `nextHop` as recorded with equal next hops. */
function decodeRouteTable(config: unknown): RouteTableConfig {
  const table = createArmObject(config)
  const isKept = table.flag('disableBgpRoutePropagation')
  return {
    resource: 'routeTable',
    propagatesBgp: isKept === null ? null : !isKept,
    provisioningState: table.text('provisioningState'),
    routes: table.list('routes').flatMap((route) => {
      const prefix = route.text('addressPrefix')
      if (prefix === null) return []
      const name = route.text('name') ?? prefix
      const single = route.text('nextHopIpAddress') ?? []
      const nextHops = [single, route.object('nextHop').texts('nextHopIpAddresses')].flat()
      return [{ name, prefix, nextHopType: route.text('nextHopType'), nextHops: [...new Set(nextHops)] }]
    }),
  }
}

/** Decodes a route filter. Source: Azure Network REST, RouteFilter and RouteFilterRule, `access`: `Allow` or `Deny`. */
function decodeRouteFilter(config: unknown): RouteFilterConfig {
  const filter = createArmObject(config)
  const rules = filter.list('rules')
  return {
    resource: 'routeFilter',
    provisioningState: filter.text('provisioningState'),
    rules: rules.map((rule) => ({
      isAllowed: rule.text('access')?.toLowerCase() !== 'deny',
      communities: rule.texts('communities'),
    })),
  }
}

/**
 * Decodes a service provider. Source: Azure Network REST, ExpressRouteServiceProvider,
 * `bandwidthsOffered[].valueInMbps`, `peeringLocations`.
 */
function decodeServiceProvider(config: unknown): ServiceProviderConfig {
  const provider = createArmObject(config)
  const bandwidthsMbps = provider.list('bandwidthsOffered').flatMap((one) => one.number('valueInMbps') ?? [])
  const metroLocations = provider.texts('peeringLocations').filter(hasMetroLocationName)
  return { resource: 'serviceProvider', bandwidthsMbps: bandwidthsMbps.toSorted((a, b) => a - b), metroLocations }
}

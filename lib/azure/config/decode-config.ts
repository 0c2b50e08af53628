import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  armTypes,
  type DirectType,
  hasMetroLocationName,
  type ResourceConfig,
  type RouteFilterConfig,
  type RouteTableConfig,
  type ServiceProviderConfig,
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
  decodeUserVpnGateway,
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

const createGatewayDecoder = (type: string) => (config: unknown) => decodeGateway(type, config)
const createPortDecoder = (type: DirectType) => (config: unknown) => decodePort(type, config)

/** Decoders by resource type. Peerwatch stores resources of the other types, too, but does not decode them. */
const decoders = {
  [armTypes.circuit]: decodeCircuit,
  [armTypes.connection]: decodeConnection,
  [armTypes.virtualNetwork]: decodeNetwork,
  // a hub outside any Virtual WAN is a Route Server
  [armTypes.virtualHub]: (config: unknown): ResourceConfig =>
    isInVirtualWan(config) ? decodeHub(config) : decodeGateway(armTypes.virtualHub, config),
  [armTypes.virtualNetworkGateway]: createGatewayDecoder(armTypes.virtualNetworkGateway),
  [armTypes.expressRouteGateway]: createGatewayDecoder(armTypes.expressRouteGateway),
  [armTypes.vpnGateway]: createGatewayDecoder(armTypes.vpnGateway),
  [armTypes.userVpnGateway]: decodeUserVpnGateway,
  [armTypes.localNetworkGateway]: decodeLocalGateway,
  [armTypes.networkInterface]: decodeNetworkInterface,
  [armTypes.networkConnectivity]: decodeNetworkConnectivity,
  [armTypes.port]: createPortDecoder(armTypes.port),
  [armTypes.lag]: createPortDecoder(armTypes.lag),
  [armTypes.otherEdgeResource]: (config: unknown): ResourceConfig => ({
    resource: 'otherEdge',
    armType: createArmObject(config).text('armType'),
  }),
  [armTypes.publicAddress]: decodePublicAddress,
  [armTypes.hubBgpConnection]: decodeHubBgpConnection,
  [armTypes.hubNetworkConnection]: decodeHubNetworkConnection,
  [armTypes.vpnSite]: decodeVpnSite,
  [armTypes.hubRouteTable]: decodeHubRouteTable,
  [armTypes.hubRoutingIntent]: decodeHubRoutingIntent,
  [armTypes.hubRouteMap]: decodeHubRouteMap,
  [armTypes.virtualWan]: decodeVirtualWan,
  [armTypes.routeTable]: decodeRouteTable,
  [armTypes.routeFilter]: decodeRouteFilter,
  [armTypes.serviceProvider]: decodeServiceProvider,
  [armTypes.serviceHealthEvent]: decodeServiceHealthEvent,
  [armTypes.maintenanceConfiguration]: decodeMaintenanceConfiguration,
} as const satisfies Readonly<Record<string, (config: unknown) => ResourceConfig>>

const decodersByType = createSafeLookupTable<(config: unknown) => ResourceConfig>(decoders)

/**
 * Decodes the stored configuration of a resource, which is ARM's JSON without secrets. Only the folder of this file
 * knows ARM's field names for configuration. Any JSON is accepted. A field that is missing or has another type becomes
 * null or empty.
 * @param type ARM's resource type, lower case
 * @returns null for a type that Peerwatch stores but does not decode
 */
export function decodeResourceConfig<Type extends keyof typeof decoders>(
  type: Type,
  config: unknown,
): ReturnType<(typeof decoders)[Type]>
export function decodeResourceConfig(type: string, config: unknown): ResourceConfig | null
export function decodeResourceConfig(type: string, config: unknown): ResourceConfig | null {
  return decodersByType[type]?.(config) ?? null
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

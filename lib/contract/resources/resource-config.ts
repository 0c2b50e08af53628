import type { MaintenanceConfigurationConfig, ServiceHealthEventConfig } from './announced-work.ts'
import type { CircuitConfig } from './circuit.ts'
import type { ConnectionConfig, LocalGatewayConfig } from './connection.ts'
import type { GatewayConfig, PublicAddressConfig } from './gateway.ts'
import type { HubBgpConnectionConfig, HubNetworkConnectionConfig, HubRouteTableConfig, VpnSiteConfig } from './hub.ts'
import type { NetworkConfig, NetworkInterfaceConfig } from './network.ts'
import type { PortConfig } from './port.ts'

/** A route filter of Microsoft peering: which of Microsoft's communities it lets through. */
export interface RouteFilterConfig {
  resource: 'routeFilter'
  rules: { isAllowed: boolean; communities: string[] }[]
}

/** A table of user-defined routes. */
export interface RouteTableConfig {
  resource: 'routeTable'
  /** false = gateways' BGP routes are kept from its subnets; null = ARM does not state it */
  propagatesBgp: boolean | null
  routes: UserRoute[]
}

export interface UserRoute {
  name: string
  prefix: string
  /** ARM's word: `VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`, `Internet`, `None` */
  nextHopType: string | null
  /** of an appliance */
  nextHop: string | null
}

/** An ExpressRoute provider. */
export interface ServiceProviderConfig {
  resource: 'serviceProvider'
  /** bandwidths of circuits that it sells, Mbit/s, the smallest first */
  bandwidthsMbps: number[]
}

/** How a resource of any type that Peerwatch reads is configured, decoded from ARM's JSON by lib/azure. */
export type ResourceConfig =
  | CircuitConfig
  | ConnectionConfig
  | GatewayConfig
  | HubBgpConnectionConfig
  | HubNetworkConnectionConfig
  | HubRouteTableConfig
  | LocalGatewayConfig
  | MaintenanceConfigurationConfig
  | NetworkConfig
  | NetworkInterfaceConfig
  | PortConfig
  | PublicAddressConfig
  | RouteFilterConfig
  | RouteTableConfig
  | ServiceHealthEventConfig
  | ServiceProviderConfig
  | VpnSiteConfig

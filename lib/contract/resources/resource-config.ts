import type { CircuitConfig } from './circuit.ts'
import type { ConnectionConfig, LocalGatewayConfig } from './connection.ts'
import type { GatewayConfig, PublicAddressConfig } from './gateway.ts'
import type {
  HubBgpConnectionConfig,
  HubNetworkConnectionConfig,
  HubRouteMapConfig,
  HubRouteTableConfig,
  HubRoutingIntentConfig,
  VirtualWanConfig,
  VpnSiteConfig,
} from './hub.ts'
import type { NetworkConfig, NetworkConnectivityConfig, NetworkInterfaceConfig } from './network.ts'
import type { EpochMs } from '../time/time.ts'
import type { PortFacts, PortLinkFacts } from '../api/shared-facts.ts'

/** A route filter of Microsoft peering: which of Microsoft's communities it lets through. */
export interface RouteFilterConfig {
  resource: 'routeFilter'
  provisioningState: string | null
  rules: { isAllowed: boolean; communities: string[] }[]
}

/** A table of user-defined routes. */
export interface RouteTableConfig {
  resource: 'routeTable'
  /** false = gateways' BGP routes are kept from its subnets; null = ARM does not state it */
  propagatesBgp: boolean | null
  provisioningState: string | null
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
  /** the Metro locations that it serves */
  metroLocations: string[]
}

/** How a resource of any type that Peerwatch reads is configured, decoded from ARM's JSON by lib/azure. */
export type ResourceConfig =
  | CircuitConfig
  | ConnectionConfig
  | GatewayConfig
  | HubBgpConnectionConfig
  | HubNetworkConnectionConfig
  | HubRouteMapConfig
  | HubRouteTableConfig
  | HubRoutingIntentConfig
  | LocalGatewayConfig
  | MaintenanceConfigurationConfig
  | NetworkConfig
  | NetworkConnectivityConfig
  | NetworkInterfaceConfig
  | PortConfig
  | PublicAddressConfig
  | RouteFilterConfig
  | RouteTableConfig
  | ServiceHealthEventConfig
  | ServiceProviderConfig
  | VirtualWanConfig
  | VpnSiteConfig

/** Planned work, or the retirement of a service or a SKU, that Azure Service Health announces for a subscription. */
export interface ServiceHealthEventConfig {
  resource: 'serviceHealthEvent'
  title: string
  /** how the day of a retirement is known; null = it is planned work */
  retires: string | null
  /** the announced time, of a retirement a whole day (UTC); null = not stated */
  from: EpochMs | null
  to: EpochMs | null
  /** services and regions that it covers, in Azure's words */
  impact: { service: string; regions: string[] }[]
  /** ARM ids that Azure names as impacted; none = it names none, or they could not be read */
  resources: string[]
}

/** When Azure may maintain the gateways that a maintenance configuration is assigned to. */
export interface MaintenanceConfigurationConfig {
  resource: 'maintenanceConfiguration'
  /** null = it can't be read, and `unreadable` says why */
  window: MaintenanceSchedule | null
  unreadable: string | null
  /** ARM ids of the gateways that it is assigned to */
  resources: string[]
}

/** A window that comes again. */
export interface MaintenanceSchedule {
  /** by the clocks of the zone, `2026-01-03T22:00` */
  start: string
  /** IANA */
  zone: string
  minutes: number
  /** RRULE, with UNTIL where it expires */
  rule: string
}

/** How an ExpressRoute Direct port is configured; null wherever ARM states nothing. */
export interface PortConfig extends PortFacts {
  resource: 'port'
  /** keys (`armKey`) of the circuits on it */
  circuitKeys: string[]
  links: PortLinkConfig[]
}

/** One of the two links of a port, each to a router of its own. */
export interface PortLinkConfig extends PortLinkFacts {
  /** null = no keys are set, so nothing is encrypted */
  macsec: { cipher: string | null; sci: string | null } | null
}

/**
 * Between these light levels a link is healthy, dBm; below, it loses frames sooner or later.
 * Source: Azure ExpressRoute monitoring, Rx and Tx light level of ExpressRoute Direct ("generally falls within a range of -10 dBm to 0 dBm").
 */
export const LIGHT_LIMITS = { least: -10, most: 0 } as const

/** A level that was too low is healthy again only this much above the limit, dB: light near the limit moves about it. */
export const LIGHT_MARGIN = 0.5

/** Below this nothing arrives, dBm: what optics of 10 and 100 Gb/s print without light. */
export const DARK = -30

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

/** Route filter of Microsoft peering, which lists the Microsoft communities that it allows. */
export interface RouteFilterConfig {
  resource: 'routeFilter'
  provisioningState: string | null
  rules: { isAllowed: boolean; communities: string[] }[]
}

/** Table of user-defined routes. */
export interface RouteTableConfig {
  resource: 'routeTable'
  /** false = gateways' BGP routes are not propagated to its subnets; null = not reported by ARM */
  propagatesBgp: boolean | null
  provisioningState: string | null
  routes: UserRoute[]
}

export interface UserRoute {
  name: string
  prefix: string
  /** value reported by ARM: `VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`, `Internet`, `None` */
  nextHopType: string | null
  /** address of the appliance */
  nextHop: string | null
}

/** ExpressRoute provider. */
export interface ServiceProviderConfig {
  resource: 'serviceProvider'
  /** bandwidths of circuits that the provider sells, Mbit/s, ascending */
  bandwidthsMbps: number[]
  /** Metro locations that the provider serves */
  metroLocations: string[]
}

/** Configuration of a resource of any type that Peerwatch polls, decoded from ARM's JSON by lib/azure. */
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

/**
 * Planned maintenance, or the retirement of a service or SKU, that Azure Service Health announces for a subscription.
 */
export interface ServiceHealthEventConfig {
  resource: 'serviceHealthEvent'
  title: string
  /** text about how the retirement date is known; null = planned maintenance */
  retires: string | null
  /** announced time; for a retirement a whole day (UTC); null = not reported */
  from: EpochMs | null
  to: EpochMs | null
  /** affected services and regions, in Azure's terms */
  impact: { service: string; regions: string[] }[]
  /** ARM ids of the affected resources according to Azure; empty = none listed, or the list could not be read */
  resources: string[]
}

/** Maintenance configuration, which defines when Azure may maintain the gateways to which it is assigned. */
export interface MaintenanceConfigurationConfig {
  resource: 'maintenanceConfiguration'
  /** null = the window cannot be read; `unreadable` contains the reason */
  window: MaintenanceSchedule | null
  unreadable: string | null
  /** ARM ids of the gateways to which it is assigned */
  resources: string[]
}

/** Recurring maintenance window. */
export interface MaintenanceSchedule {
  /** local time of the zone, `2026-01-03T22:00` */
  start: string
  /** IANA name of the time zone */
  zone: string
  minutes: number
  /** RRULE, with UNTIL if the window expires */
  rule: string
}

/** Configuration of an ExpressRoute Direct port; null if ARM does not report the value. */
export interface PortConfig extends PortFacts {
  resource: 'port'
  /** keys (`armKey`) of its circuits */
  circuitKeys: string[]
  links: PortLinkConfig[]
}

/** One of the two links of a port; each link ends on a separate router. */
export interface PortLinkConfig extends PortLinkFacts {
  /** null = no keys are configured, so traffic is not encrypted */
  macsec: { cipher: string | null; sci: string | null } | null
}

/**
 * Range of healthy light levels of a link, dBm. A link below the minimum will eventually lose frames.
 * Source: Azure ExpressRoute monitoring, Rx and Tx light level of ExpressRoute Direct ("generally falls within a range
 * of -10 dBm to 0 dBm").
 */
export const LIGHT_LIMITS = { least: -10, most: 0 } as const

/**
 * Hysteresis in dB: a low level must rise this much above the limit to count as healthy again, because a level near the
 * limit fluctuates.
 */
export const LIGHT_MARGIN = 0.5

/** Level below which no light arrives, dBm; optics of 10 and 100 Gb/s print such values without light. */
export const DARK = -30

import type { CircuitConfig } from './circuit.ts'
import type { ConnectionConfig, LocalGatewayConfig } from './connection.ts'
import type { GatewayConfig, PublicAddressConfig } from './gateway.ts'
import type {
  HubBgpConnectionConfig,
  HubNetworkConnectionConfig,
  HubRouteMapConfig,
  HubRouteTableConfig,
  HubRoutingIntentConfig,
  UserVpnGatewayConfig,
  VirtualWanConfig,
  VpnSiteConfig,
} from './hub.ts'
import type { NetworkConfig, NetworkConnectivityConfig, NetworkInterfaceConfig } from './network.ts'
import type { EpochMs } from '../time/time.ts'
import type { ExpressRoutePortDetails, PortLinkDetails } from '../api/shared-facts.ts'

/** Route filter of Microsoft peering, which lists the Microsoft communities that it allows. */
export interface RouteFilterConfig {
  resource: 'routeFilter'
  provisioningState: string | null
  rules: { isAllowed: boolean; communities: string[] }[]
}

/** Table of user-defined routes of one or several subnets. */
export interface RouteTableConfig {
  resource: 'routeTable'
  /**
   * false = the subnets of this table do not receive the routes that gateways learn by BGP; null = not reported by ARM
   */
  propagatesBgp: boolean | null
  provisioningState: string | null
  routes: UserDefinedRoute[]
}

export interface UserDefinedRoute {
  name: string
  prefix: string
  /**
   * value reported by ARM: `VirtualAppliance`, `VirtualApplianceEcmp`, `VirtualNetworkGateway`, `VnetLocal`, `Internet`,
   * `None`
   */
  nextHopType: string | null
  /**
   * IP addresses of the appliances: one for the type `VirtualAppliance`, 2 to 64 for `VirtualApplianceEcmp`, otherwise
   * empty
   */
  nextHops: string[]
}

/** ExpressRoute provider, as ARM lists it. */
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
  | OtherEdgeConfig
  | PortConfig
  | PublicAddressConfig
  | RouteFilterConfig
  | RouteTableConfig
  | ServiceHealthEventConfig
  | ServiceProviderConfig
  | UserVpnGatewayConfig
  | VirtualWanConfig
  | VpnSiteConfig

/**
 * Planned maintenance, or the retirement of a service or SKU, that Azure Service Health announces for a subscription.
 */
export interface ServiceHealthEventConfig {
  resource: 'serviceHealthEvent'
  title: string
  /** text with the retirement date and its source; null = this is maintenance, not a retirement */
  retires: string | null
  /** start and end of the announced time; for a retirement the whole day (UTC); null = not reported */
  from: EpochMs | null
  to: EpochMs | null
  /** affected services and regions, in Azure's terms */
  impact: { service: string; regions: string[] }[]
  /** ARM ids of the affected resources, as Azure lists them; null = unknown, because Azure refuses the list */
  resources: string[] | null
}

/** Maintenance configuration, which defines when Azure may maintain the gateways to which it is assigned. */
export interface MaintenanceConfigurationConfig {
  resource: 'maintenanceConfiguration'
  /**
   * recurring window in which Azure may maintain; null = it could not be parsed, and `unreadable` contains the reason
   */
  window: MaintenanceSchedule | null
  unreadable: string | null
  /** ARM ids of the gateways to which it is assigned */
  resources: string[]
}

/** Recurring window of a maintenance configuration. */
export interface MaintenanceSchedule {
  /** local start of the first window in the time zone `zone`, for example `2026-01-03T22:00` */
  start: string
  /** IANA name of the time zone */
  zone: string
  minutes: number
  /** recurrence as an RRULE; it has an UNTIL if the windows end on a date */
  rule: string
}

/** Resource of the edge that Peerwatch only names, because it does not poll its type. */
interface OtherEdgeConfig {
  resource: 'otherEdge'
  /** ARM's type as Azure writes it, for example `microsoft.network/interconnectgroups`; null = unknown */
  armType: string | null
}

/** Configuration of an ExpressRoute Direct port, or of a LAG of such ports; null if ARM does not report the value. */
export interface PortConfig extends ExpressRoutePortDetails {
  resource: 'port'
  /** keys (`normalizeArmId`) of the circuits on this port or LAG */
  circuitKeys: string[]
  links: PortLinkConfig[]
}

/** One of the two links of an ExpressRoute Direct port or LAG. Each link ends on a different router of Microsoft. */
export interface PortLinkConfig extends PortLinkDetails {
  /** MACsec settings of the link; null = no keys are configured, so the traffic is not encrypted */
  macsec: { cipher: string | null; sci: string | null } | null
}

/**
 * Range of normal light levels on a link of an ExpressRoute Direct port, in dBm. A link whose level is below the
 * minimum will probably lose frames. Source: Azure ExpressRoute monitoring, Rx and Tx light level of ExpressRoute
 * Direct ("generally falls within a range of -10 dBm to 0 dBm").
 */
export const NORMAL_LIGHT_RANGE_DBM = { least: -10, most: 0 } as const

/**
 * Hysteresis in dB. After a low light level, the level must rise this much above the minimum to count as normal again,
 * because a level near the minimum fluctuates.
 */
export const LIGHT_HYSTERESIS_DB = 0.5

/**
 * Light level in dBm at or below which no light arrives. Optics of 10 and 100 Gb/s report such values without light.
 */
export const MAX_DARK_LIGHT_LEVEL_DBM = -30

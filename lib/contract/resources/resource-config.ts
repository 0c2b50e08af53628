import type { CircuitConfig } from './circuit.ts'
import type { ConnectionConfig, LocalGatewayConfig } from './connection.ts'
import type { GatewayConfig } from './gateway.ts'
import type { HubBgpConnectionConfig, HubNetworkConnectionConfig } from './hub.ts'
import type { NetworkConfig } from './network.ts'
import type { PortConfig } from './port.ts'

/** A route filter of Microsoft peering: which of Microsoft's communities it lets through. */
export interface RouteFilterConfig {
  resource: 'routeFilter'
  rules: { isAllowed: boolean; communities: string[] }[]
}

/** How a resource of any type that Peerwatch reads is configured, decoded from ARM's JSON by lib/azure. */
export type ResourceConfig =
  | CircuitConfig
  | ConnectionConfig
  | GatewayConfig
  | HubBgpConnectionConfig
  | HubNetworkConnectionConfig
  | LocalGatewayConfig
  | NetworkConfig
  | PortConfig
  | RouteFilterConfig

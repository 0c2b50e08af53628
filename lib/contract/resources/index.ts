export type { MaintenanceConfigurationConfig, MaintenanceSchedule, ServiceHealthEventConfig } from './announced-work.ts'
export {
  bitRateMetrics,
  fastPathMetrics,
  type CircuitConfig,
  type CircuitPeering,
  countedPeerings,
  type GlobalReachConfig,
  hasReach,
  intentOf,
  isPeeringEnabled,
  isProvisioned,
  isReachMetric,
  linksOf,
  mainPeering,
  pathAddresses,
  type PathLink,
  type PublicPrefixes,
  publicPrefixesOf,
  type ReachList,
  reachLists,
  reachMetrics,
  reachName,
  reachState,
} from './circuit.ts'
export {
  type ConnectionConfig,
  type IpsecPolicy,
  isExpressRoute,
  type LocalGatewayConfig,
  routingWeightOf,
  tunnelRemote,
  type TunnelState,
  tunnelState,
} from './connection.ts'
export type { GatewayConfig, PublicAddressConfig } from './gateway.ts'
export { isBeingDeleted, isChanging, provisioningNote } from './provisioning.ts'
export {
  connectionOfLink,
  connectionOfMetric,
  DEFAULT_HUB_TABLE,
  type HubBgpConnectionConfig,
  hubByteMetrics,
  type HubConfig,
  type HubConnectionConfig,
  hubConnectionPath,
  type HubLinkConfig,
  hubLinkName,
  type HubNetworkConnectionConfig,
  hubRateMetrics,
  type HubRouteTableConfig,
  isOwnHubTable,
  type VpnSiteConfig,
} from './hub.ts'
export {
  isPeeringBehind,
  type NetworkConfig,
  type NetworkInterfaceConfig,
  type PeeringConfig,
  peeringState,
  type RoutingPreference,
} from './network.ts'
export { familyOfMetric, isCustomerSide, pathOfMetric, stateMembers } from './reported.ts'
export { ROUTE_SERVER_LIMITS } from './route-server.ts'
export { DARK, LIGHT_LIMITS, LIGHT_MARGIN, type PortConfig, type PortLinkConfig } from './port.ts'
export type {
  ResourceConfig,
  RouteFilterConfig,
  RouteTableConfig,
  ServiceProviderConfig,
  UserRoute,
} from './resource-config.ts'

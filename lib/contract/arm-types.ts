/** ARM resource types that Peerwatch polls, in lower case as in history. */
export const armTypes = {
  subscription: 'microsoft.resources/subscriptions',
  circuit: 'microsoft.network/expressroutecircuits',
  port: 'microsoft.network/expressrouteports',
  /** link aggregation group (LAG) of ExpressRoute Direct ports */
  lag: 'microsoft.network/expressroutelags',
  connection: 'microsoft.network/connections',
  virtualNetworkGateway: 'microsoft.network/virtualnetworkgateways',
  /** ExpressRoute gateway of a Virtual WAN hub */
  expressRouteGateway: 'microsoft.network/expressroutegateways',
  /** VPN gateway of a Virtual WAN hub */
  vpnGateway: 'microsoft.network/vpngateways',
  /** Virtual WAN; its configuration defines for all its hubs whether branches reach each other */
  virtualWan: 'microsoft.network/virtualwans',
  /** hub of a Virtual WAN or, if it does not belong to a Virtual WAN, a Route Server */
  virtualHub: 'microsoft.network/virtualhubs',
  /** BGP peer of a hub or a Route Server, for example a network appliance */
  hubBgpConnection: 'microsoft.network/virtualhubs/bgpconnections',
  /** connection of a virtual network to a hub */
  hubNetworkConnection: 'microsoft.network/virtualhubs/hubvirtualnetworkconnections',
  /** route table of a hub; connections propagate their routes to it, and associated connections are routed by it */
  hubRouteTable: 'microsoft.network/virtualhubs/hubroutetables',
  /** routing intent of a hub: the traffic that the hub sends to a firewall in the hub */
  hubRoutingIntent: 'microsoft.network/virtualhubs/routingintent',
  /** route map that changes or drops routes of a hub's connections */
  hubRouteMap: 'microsoft.network/virtualhubs/routemaps',
  /** location at the far end of a hub's VPN connection, with its devices */
  vpnSite: 'microsoft.network/vpnsites',
  virtualNetwork: 'microsoft.network/virtualnetworks',
  /**
   * configuration that Virtual Network Manager applies to a network with gateways. ARM has no such resource type, only
   * an operation of the network, so Peerwatch invented this type name.
   */
  networkConnectivity: 'microsoft.network/virtualnetworks/effectiveconnectivityconfigurations',
  /** network interface of a virtual machine; only interfaces chosen by operators are polled */
  networkInterface: 'microsoft.network/networkinterfaces',
  localNetworkGateway: 'microsoft.network/localnetworkgateways',
  /** public address of a gateway; other public addresses are not polled */
  publicAddress: 'microsoft.network/publicipaddresses',
  /** user-defined routes */
  routeTable: 'microsoft.network/routetables',
  routeFilter: 'microsoft.network/routefilters',
  /** ExpressRoute provider with the bandwidths that it sells */
  serviceProvider: 'microsoft.network/expressrouteserviceproviders',
  /**
   * resource of the edge whose type Peerwatch does not poll, for example an interconnect group or a network virtual
   * appliance. Peerwatch invented this type name; the configuration contains ARM's type.
   */
  otherEdgeResource: 'microsoft.network/otheredgeresources',
  connectionMonitor: 'microsoft.network/networkwatchers/connectionmonitors',
  /** planned maintenance or a retirement that Azure Service Health announces for a subscription */
  serviceHealthEvent: 'microsoft.resourcehealth/events',
  /** maintenance configuration: the times when Azure may maintain the gateways to which it is assigned */
  maintenanceConfiguration: 'microsoft.maintenance/maintenanceconfigurations',
} as const

/**
 * Resource types that are gateways. Screens list all of them. `polled` = the gateway itself is queried for its BGP
 * sessions and routes; for the other types, the hub or its BGP connections are queried. A virtual hub counts as a
 * gateway only if its configuration shows that it is a Route Server.
 */
export const gatewayTypes = [
  { type: armTypes.virtualNetworkGateway, polled: true },
  { type: armTypes.expressRouteGateway, polled: false },
  { type: armTypes.vpnGateway, polled: false },
  { type: armTypes.virtualHub, polled: false },
] as const

export const polledGatewayTypes: readonly string[] = gatewayTypes.filter(({ polled }) => polled).map(({ type }) => type)

/**
 * Reports whether a resource type is a gateway, polled or not.
 * @param type lower case
 */
export const isGatewayType = (type: string): boolean => gatewayTypes.some((gateway) => gateway.type === type)
export const isPolledGatewayType = (type: string): boolean => polledGatewayTypes.includes(type)

/** Resource types on which a circuit of ExpressRoute Direct can be: a pair of ports, or a LAG of ports (ADR 0356). */
export const directTypes = [armTypes.port, armTypes.lag] as const
export type DirectType = (typeof directTypes)[number]

/**
 * Reports whether a resource type is an ExpressRoute Direct port or a LAG of such ports.
 * @param type lower case
 */
export const isDirectType = (type: string): type is DirectType => directTypes.some((one) => one === type)

/**
 * Resource types of gateways that are queried for their BGP sessions. The VPN gateway of a hub reports its sessions with
 * branches, although its routes are queried at the hub.
 */
export const sessionGatewayTypes: readonly string[] = [...polledGatewayTypes, armTypes.vpnGateway]
/** Reports whether a resource type is a gateway that is queried for its BGP sessions. */
export const isSessionGatewayType = (type: string): boolean => sessionGatewayTypes.includes(type)

/**
 * Reports whether a resource type is a circuit or a gateway, for which maintenance can be announced.
 * @param type lower case
 */
export const isCircuitOrGateway = (type: string): boolean => type === armTypes.circuit || isGatewayType(type)

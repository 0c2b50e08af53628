/** ARM resource types that Peerwatch reads, in lower case as history keeps them. */
export const armTypes = {
  subscription: 'microsoft.resources/subscriptions',
  circuit: 'microsoft.network/expressroutecircuits',
  port: 'microsoft.network/expressrouteports',
  connection: 'microsoft.network/connections',
  virtualNetworkGateway: 'microsoft.network/virtualnetworkgateways',
  /** ExpressRoute gateway of a Virtual WAN hub */
  expressRouteGateway: 'microsoft.network/expressroutegateways',
  /** VPN gateway of a Virtual WAN hub */
  vpnGateway: 'microsoft.network/vpngateways',
  /** says for all its hubs whether branches reach each other */
  virtualWan: 'microsoft.network/virtualwans',
  /** hub of a Virtual WAN; outside any Virtual WAN, a Route Server */
  virtualHub: 'microsoft.network/virtualhubs',
  /** BGP peer of a hub or a Route Server, such as a network appliance */
  hubBgpConnection: 'microsoft.network/virtualhubs/bgpconnections',
  /** virtual network that is connected to a hub */
  hubNetworkConnection: 'microsoft.network/virtualhubs/hubvirtualnetworkconnections',
  /** route table of a hub: connections send their routes to it, and others are routed by it */
  hubRouteTable: 'microsoft.network/virtualhubs/hubroutetables',
  /** what a hub sends to a firewall in it */
  hubRoutingIntent: 'microsoft.network/virtualhubs/routingintent',
  /** changes or drops routes of a hub's connections */
  hubRouteMap: 'microsoft.network/virtualhubs/routemaps',
  /** place at the far end of a hub's VPN connection, with its devices */
  vpnSite: 'microsoft.network/vpnsites',
  virtualNetwork: 'microsoft.network/virtualnetworks',
  /** what Virtual Network Manager applies to a network with gateways: named here, for ARM has it as an operation of the network */
  networkConnectivity: 'microsoft.network/virtualnetworks/effectiveconnectivityconfigurations',
  /** of a virtual machine: those that operators chose are read */
  networkInterface: 'microsoft.network/networkinterfaces',
  localNetworkGateway: 'microsoft.network/localnetworkgateways',
  /** of gateways; no other is read */
  publicAddress: 'microsoft.network/publicipaddresses',
  /** user-defined routes */
  routeTable: 'microsoft.network/routetables',
  routeFilter: 'microsoft.network/routefilters',
  /** an ExpressRoute provider, and the bandwidths that it sells */
  serviceProvider: 'microsoft.network/expressrouteserviceproviders',
  connectionMonitor: 'microsoft.network/networkwatchers/connectionmonitors',
  /** planned work that Azure Service Health announces for a subscription */
  serviceHealthEvent: 'microsoft.resourcehealth/events',
  /** when Azure may maintain the gateways that it is assigned to */
  maintenanceConfiguration: 'microsoft.maintenance/maintenanceconfigurations',
} as const

/**
 * The resource types that are gateways: screens list all of them. `polled` = their BGP sessions and routes are polled, which makes them
 * nodes of detection's topology. A virtual hub is a gateway only where it is a Route Server; its decoded configuration says which.
 */
export const gatewayTypes = [
  { type: armTypes.virtualNetworkGateway, polled: true },
  { type: armTypes.expressRouteGateway, polled: false },
  { type: armTypes.vpnGateway, polled: false },
  { type: armTypes.virtualHub, polled: false },
] as const

export const polledGatewayTypes: readonly string[] = gatewayTypes.filter(({ polled }) => polled).map(({ type }) => type)

/** @param type lower case */
export const isGatewayType = (type: string): boolean => gatewayTypes.some((gateway) => gateway.type === type)
export const isPolledGatewayType = (type: string): boolean => polledGatewayTypes.includes(type)

/** Whether work on it may be announced. @param type lower case */
export const isCircuitOrGateway = (type: string): boolean => type === armTypes.circuit || isGatewayType(type)

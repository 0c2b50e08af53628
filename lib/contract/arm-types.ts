import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

interface ArmTypeRecord {
  /** type as ARM spells it. The right to read resources of the type has the same name with `/read` at its end. */
  arm: `${string}/${string}`
  /** name of the resources on screens, plural; absent = screens do not count or group them */
  label?: string
  /** Azure CLI command that prints a resource, without its name; absent = the CLI has no command of its own */
  cli?: string
  /**
   * true if resources of this type belong to the network edge of an Azure estate, like gateways and circuits. A
   * resource of Microsoft.Network that refers to such a resource belongs to the edge too. If its type is not polled,
   * the page Sources names the type.
   */
  isEdge?: true
  /** whether Peerwatch invented the type name, because ARM has no such resource type; such types have no right */
  isInvented?: true
}

/**
 * ARM resource types that Peerwatch stores, in the order in which screens list them. Names on screens, rights of the
 * Azure role, commands, and the query for dependent resources are derived from these records (ADR 0372).
 */
const armTypeRecords = {
  circuit: {
    arm: 'Microsoft.Network/expressRouteCircuits',
    label: 'ExpressRoute circuits',
    cli: 'az network express-route show --name',
    isEdge: true,
  },
  virtualNetworkGateway: {
    arm: 'Microsoft.Network/virtualNetworkGateways',
    label: 'Virtual network gateways',
    cli: 'az network vnet-gateway show --name',
    isEdge: true,
  },
  /** ExpressRoute gateway of a Virtual WAN hub */
  expressRouteGateway: {
    arm: 'Microsoft.Network/expressRouteGateways',
    label: 'ExpressRoute gateways of hubs',
    cli: 'az network express-route gateway show --name',
    isEdge: true,
  },
  /** VPN gateway of a Virtual WAN hub */
  vpnGateway: {
    arm: 'Microsoft.Network/vpnGateways',
    label: 'VPN gateways of hubs',
    cli: 'az network vpn-gateway show --name',
    isEdge: true,
  },
  /** gateway of a Virtual WAN hub for point-to-site VPN, to which users connect with their devices */
  userVpnGateway: {
    arm: 'Microsoft.Network/p2sVpnGateways',
    label: 'User VPN gateways of hubs',
    cli: 'az network p2s-vpn-gateway show --name',
    isEdge: true,
  },
  /** hub of a Virtual WAN or, if it does not belong to a Virtual WAN, a Route Server */
  virtualHub: {
    arm: 'Microsoft.Network/virtualHubs',
    label: 'Hubs and Route Servers',
    cli: 'az network vhub show --name',
    isEdge: true,
  },
  /** BGP peer of a hub or a Route Server, for example a network appliance */
  hubBgpConnection: { arm: 'Microsoft.Network/virtualHubs/bgpConnections', label: 'BGP peers of hubs' },
  /** route table of a hub; connections propagate their routes to it, and associated connections are routed by it */
  hubRouteTable: { arm: 'Microsoft.Network/virtualHubs/hubRouteTables', label: 'Route tables of hubs' },
  port: {
    arm: 'Microsoft.Network/expressRoutePorts',
    label: 'ExpressRoute Direct ports',
    cli: 'az network express-route port show --name',
    isEdge: true,
  },
  /** link aggregation group (LAG) of ExpressRoute Direct ports */
  lag: { arm: 'Microsoft.Network/expressRouteLags', label: 'ExpressRoute LAGs', isEdge: true },
  connection: {
    arm: 'Microsoft.Network/connections',
    label: 'Connections',
    cli: 'az network vpn-connection show --name',
  },
  connectionMonitor: { arm: 'Microsoft.Network/networkWatchers/connectionMonitors', label: 'Connection monitors' },
  /** network interface of a virtual machine; only interfaces chosen by operators are polled */
  networkInterface: {
    arm: 'Microsoft.Network/networkInterfaces',
    label: 'Network interfaces',
    cli: 'az network nic show --name',
  },
  virtualNetwork: {
    arm: 'Microsoft.Network/virtualNetworks',
    label: 'Virtual networks',
    cli: 'az network vnet show --name',
  },
  subscription: { arm: 'Microsoft.Resources/subscriptions', label: 'Subscriptions' },
  /** Virtual WAN; its configuration defines for all its hubs whether branches reach each other */
  virtualWan: { arm: 'Microsoft.Network/virtualWans', isEdge: true },
  /** connection of a virtual network to a hub */
  hubNetworkConnection: { arm: 'Microsoft.Network/virtualHubs/hubVirtualNetworkConnections' },
  /** routing intent of a hub: the traffic that the hub sends to a firewall in the hub */
  hubRoutingIntent: { arm: 'Microsoft.Network/virtualHubs/routingIntent' },
  /** route map that changes or drops routes of a hub's connections */
  hubRouteMap: { arm: 'Microsoft.Network/virtualHubs/routeMaps' },
  /** location at the far end of a hub's VPN connection, with its devices */
  vpnSite: { arm: 'Microsoft.Network/vpnSites' },
  /**
   * configuration that Virtual Network Manager applies to a network with gateways. ARM has only an operation of the
   * network for it.
   */
  networkConnectivity: {
    arm: 'Microsoft.Network/virtualNetworks/effectiveConnectivityConfigurations',
    isInvented: true,
  },
  localNetworkGateway: { arm: 'Microsoft.Network/localNetworkGateways', cli: 'az network local-gateway show --name' },
  /** public address of a gateway; other public addresses are not polled */
  publicAddress: { arm: 'Microsoft.Network/publicIPAddresses', cli: 'az network public-ip show --name' },
  /** user-defined routes */
  routeTable: { arm: 'Microsoft.Network/routeTables', cli: 'az network route-table show --name' },
  routeFilter: { arm: 'Microsoft.Network/routeFilters', cli: 'az network route-filter show --name' },
  /** ExpressRoute provider with the bandwidths that it sells */
  serviceProvider: { arm: 'Microsoft.Network/expressRouteServiceProviders' },
  /**
   * resource at the network edge (it refers to a gateway, circuit or similar resource) whose type Peerwatch does not
   * poll, for example an interconnect group or a network virtual appliance. Its configuration contains ARM's type.
   */
  otherEdgeResource: { arm: 'Microsoft.Network/otherEdgeResources', isInvented: true },
  /** planned maintenance or a retirement that Azure Service Health announces for a subscription */
  serviceHealthEvent: { arm: 'Microsoft.ResourceHealth/events' },
  /** maintenance configuration: the times when Azure may maintain the gateways to which it is assigned */
  maintenanceConfiguration: { arm: 'Microsoft.Maintenance/maintenanceConfigurations' },
} as const satisfies Readonly<Record<string, ArmTypeRecord>>

type Records = typeof armTypeRecords
type ArmTypes = { readonly [Name in keyof Records]: Lowercase<Records[Name]['arm']> }

const records: readonly (readonly [name: string, record: ArmTypeRecord])[] = Object.entries(armTypeRecords)

/** ARM resource types that Peerwatch stores, in lower case as in history. */
export const armTypes = Object.fromEntries(records.map(([name, { arm }]) => [name, arm.toLowerCase()])) as ArmTypes

/** Returns the values of one field of the records, by the resource type in lower case. Types without a value are left out. */
const byType = <Value>(valueOf: (record: ArmTypeRecord) => Value | undefined): Readonly<Record<string, Value>> =>
  createSafeLookupTable(
    Object.fromEntries(
      records.flatMap(([, record]) => {
        const value = valueOf(record)
        return value === undefined ? [] : [[record.arm.toLowerCase(), value] as const]
      }),
    ),
  )

/** Plural names of resource types on screens, in the order in which screens list them. */
export const armTypeLabels = byType(({ label }) => label)

/** Azure CLI commands that print a resource, without its name, by resource type. */
export const armTypeCliCommands = byType(({ cli }) => cli)

/** Resource types that belong to the network edge of an Azure estate; see `isEdge`. */
export const edgeResourceTypes: readonly string[] = Object.keys(byType(({ isEdge }) => isEdge))

/**
 * ARM rights to read the resource types that the inventory lists. The right to list subscriptions is not included,
 * because subscriptions are read before the inventory.
 */
export const listedTypeRights: readonly string[] = records.flatMap(([name, { arm, isInvented }]) =>
  isInvented || name === 'subscription' ? [] : [`${arm}/read`],
)

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

/** Returns the kind of an ExpressRoute Direct resource type, as API responses name it. */
export const getDirectKind = (type: string): 'port' | 'lag' => (type === armTypes.lag ? 'lag' : 'port')

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

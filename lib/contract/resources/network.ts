import type { RoutingPreference } from '#lib/bgp/index.ts'
import type { NetworkPeering } from '../api/network-peering.ts'
import type { HubConfig } from './hub.ts'

export type { RoutingPreference } from '#lib/bgp/index.ts'

/** How a virtual network is configured, or the hub of a Virtual WAN. */
export interface NetworkConfig {
  resource: 'network'
  addressPrefixes: string[]
  /** what its gateways announce in place of its space, and of spokes that this covers; empty = every space by itself */
  advertisedPrefixes: string[]
  /** ARM's word for what becomes of unencrypted traffic between its machines; null = it is not encrypted, or ARM does not state it */
  encryption: string | null
  /** of the subnets that hold gateways and Route Servers; of a hub, its own space */
  gatewayPrefixes: string[]
  /** key (`armKey`) of the user-defined routes of its GatewaySubnet; null = it has none */
  gatewayRouteTableKey: string | null
  /** null = it has none */
  gatewaySubnet: { prefixes: string[]; hasNsg: boolean } | null
  /** subnets with private endpoints, each of which is a /32 in this network and in those peered with it */
  privateEndpoints: PrivateEndpointSubnet[]
  /** a hub has none: ARM lists its connections elsewhere */
  peerings: PeeringConfig[]
  /** of a hub */
  routingPreference: RoutingPreference
  /** null = a virtual network */
  hub: HubConfig | null
}

export interface PrivateEndpointSubnet {
  subnet: string
  prefixes: string[]
  /** whether user-defined routes apply to its endpoints (`privateEndpointNetworkPolicies`); null = ARM does not state it */
  appliesRoutes: boolean | null
}

/** A connected group of Virtual Network Manager: networks in one reach each other without a peering. */
export interface ConnectedGroup {
  /** key (`armKey`) of the mesh, or of the network group whose spokes are connected directly */
  key: string
  name: string
  /** false: networks of one region alone reach each other */
  isGlobal: boolean
}

/** What Virtual Network Manager applies to a network. */
export interface NetworkConnectivityConfig {
  resource: 'networkConnectivity'
  groups: ConnectedGroup[]
}

/** How a network interface is configured; null wherever ARM states nothing. */
export interface NetworkInterfaceConfig {
  resource: 'networkInterface'
  /** key (`armKey`) of the virtual network that it is in */
  networkKey: string | null
  subnet: string | null
  /** the virtual machine that it is attached to; null = none */
  machine: string | null
  /** its private addresses */
  addresses: string[]
}

/** One side of a peering of two virtual networks. */
export interface PeeringConfig extends Omit<NetworkPeering, 'remoteId' | 'otherSide' | 'back'> {
  /** key (`armKey`) of the other side; null where ARM names none */
  remoteKey: string | null
  /** name of the Virtual WAN hub on the other side, whose own network belongs to Microsoft; null = an ordinary network */
  hubName: string | null
}

/** ARM's word for the state of one side of a peering, without its case; null where ARM states none, and a word of ARM's that is unknown is `other`. */
export function peeringState(state: string | null): 'connected' | 'initiated' | 'disconnected' | 'other' | null {
  if (state === null) return null
  const word = state.toLowerCase()
  return word === 'connected' || word === 'initiated' || word === 'disconnected' ? word : 'other'
}

/** Whether the routes of one side are behind the other side's address space; false where ARM states no level. */
export const isPeeringBehind = (syncLevel: string | null): boolean =>
  syncLevel !== null && syncLevel.toLowerCase() !== 'fullyinsync'

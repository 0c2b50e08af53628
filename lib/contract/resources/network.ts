import type { RoutingPreference } from '#lib/bgp/index.ts'
import type { NetworkPeering } from '../api/network-peering.ts'
import type { HubConfig } from './hub.ts'

export type { RoutingPreference } from '#lib/bgp/index.ts'

/** Configuration of a virtual network or of a Virtual WAN hub. */
export interface NetworkConfig {
  resource: 'network'
  addressPrefixes: string[]
  /**
   * prefixes that its gateways announce instead of its address space and of the spokes' spaces that they cover; empty =
   * each space is announced unchanged
   */
  advertisedPrefixes: string[]
  /** ARM's setting for unencrypted traffic between its machines; null = encryption is off, or not reported by ARM */
  encryption: string | null
  /** prefixes of the subnets with gateways and Route Servers; for a hub, its own address space */
  gatewayPrefixes: string[]
  /** key (`armKey`) of the user-defined route table of its GatewaySubnet; null = none */
  gatewayRouteTableKey: string | null
  /** null = the network has no GatewaySubnet */
  gatewaySubnet: { prefixes: string[]; hasNsg: boolean } | null
  /** subnets with private endpoints, each of which adds a /32 route in this network and in its peered networks */
  privateEndpoints: PrivateEndpointSubnet[]
  /** empty for a hub, whose connections ARM lists elsewhere */
  peerings: PeeringConfig[]
  /** routing preference that is set on a Virtual WAN hub */
  routingPreference: RoutingPreference
  /** configuration of a Virtual WAN hub; null = a virtual network */
  hub: HubConfig | null
}

export interface PrivateEndpointSubnet {
  subnet: string
  prefixes: string[]
  /**
   * true if user-defined routes apply to its endpoints (`privateEndpointNetworkPolicies`); null = not reported by ARM
   */
  appliesRoutes: boolean | null
}

/** Connected group of Virtual Network Manager, whose networks reach each other without a peering. */
export interface ConnectedGroup {
  /** key (`armKey`) of the mesh, or of the network group whose spokes are directly connected */
  key: string
  name: string
  /** false: only networks of the same region reach each other */
  isGlobal: boolean
}

/** Configuration that Virtual Network Manager applies to a network. */
export interface NetworkConnectivityConfig {
  resource: 'networkConnectivity'
  groups: ConnectedGroup[]
}

/** Configuration of a network interface; null if ARM does not report the value. */
export interface NetworkInterfaceConfig {
  resource: 'networkInterface'
  /** key (`armKey`) of its virtual network */
  networkKey: string | null
  subnet: string | null
  /** virtual machine to which it is attached; null = none */
  machine: string | null
  /** its private IP addresses */
  addresses: string[]
}

/** One side of a peering of two virtual networks. */
export interface PeeringConfig extends Omit<NetworkPeering, 'remoteId' | 'otherSide' | 'back'> {
  /** key (`armKey`) of the other network; null if ARM does not report it */
  remoteKey: string | null
  /** name of the Virtual WAN hub on the other side, whose network belongs to Microsoft; null = an ordinary network */
  hubName: string | null
}

/**
 * Returns the state of one side of a peering from ARM's state, ignoring case; null if ARM reports none, `other` for an
 * unknown value.
 */
export function peeringState(state: string | null): 'connected' | 'initiated' | 'disconnected' | 'other' | null {
  if (state === null) return null
  const word = state.toLowerCase()
  return word === 'connected' || word === 'initiated' || word === 'disconnected' ? word : 'other'
}

/**
 * Reports whether the routes on one side are out of date compared with the other side's address space; false if ARM
 * does not report the level.
 */
export const isPeeringBehind = (syncLevel: string | null): boolean =>
  syncLevel !== null && syncLevel.toLowerCase() !== 'fullyinsync'

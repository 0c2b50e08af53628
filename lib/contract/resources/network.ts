import type { RoutingPreference } from '#lib/bgp/index.ts'
import type { NetworkPeering } from '../api/network-peering.ts'
import type { HubConfig } from './hub.ts'

export type { RoutingPreference } from '#lib/bgp/index.ts'

/** Configuration of a virtual network or of a Virtual WAN hub. */
export interface NetworkConfig {
  resource: 'network'
  addressPrefixes: string[]
  /**
   * prefixes that the network's gateways announce. They replace the address spaces of this network and of its spokes
   * that they cover. Empty = each address space is announced unchanged
   */
  advertisedPrefixes: string[]
  /**
   * ARM's setting for unencrypted traffic between virtual machines; null = encryption is off, or ARM does not report
   * the setting
   */
  encryption: string | null
  /** prefixes of the subnets that contain gateways or Route Servers; for a hub, the hub's address space */
  gatewayPrefixes: string[]
  /** key (`normalizeArmId`) of the table of user-defined routes that is attached to the GatewaySubnet; null = none */
  gatewayRouteTableKey: string | null
  /** the GatewaySubnet; null = the network has none */
  gatewaySubnet: { prefixes: string[]; hasNsg: boolean } | null
  /**
   * subnets that contain private endpoints. Each endpoint adds a /32 route in this network and in the networks peered
   * with it
   */
  privateEndpoints: PrivateEndpointSubnet[]
  /** peerings with other networks; empty for a hub, whose connections are separate ARM resources */
  peerings: NetworkPeeringSideConfig[]
  /** routing preference that is configured on a Virtual WAN hub */
  routingPreference: RoutingPreference
  /** configuration of a Virtual WAN hub; null = a virtual network */
  hub: HubConfig | null
}

export interface PrivateEndpointSubnet {
  subnet: string
  prefixes: string[]
  /**
   * true if user-defined routes apply to the private endpoints of the subnet (`privateEndpointNetworkPolicies`); null =
   * not reported by ARM
   */
  appliesRoutes: boolean | null
}

/** Group of virtual networks that reach each other without peerings, because Virtual Network Manager connects them. */
export interface ConnectedNetworkGroup {
  /**
   * key (`normalizeArmId`) of the mesh, or of the network group whose spokes Virtual Network Manager connects directly
   */
  key: string
  name: string
  /** false = only networks in the same region reach each other */
  isGlobal: boolean
}

/** Configuration that Virtual Network Manager applies to a network. */
export interface NetworkConnectivityConfig {
  resource: 'networkConnectivity'
  groups: ConnectedNetworkGroup[]
}

/** Configuration of a network interface; null if ARM does not report the value. */
export interface NetworkInterfaceConfig {
  resource: 'networkInterface'
  /** key (`normalizeArmId`) of the virtual network that contains the interface */
  networkKey: string | null
  subnet: string | null
  /** virtual machine to which the interface is attached; null = none */
  machine: string | null
  /** private IP addresses of the interface */
  addresses: string[]
}

/** One of the two sides of a peering between virtual networks. */
export interface NetworkPeeringSideConfig extends Omit<NetworkPeering, 'remoteId' | 'otherSide' | 'back'> {
  /** key (`normalizeArmId`) of the other network; null if ARM does not report it */
  remoteKey: string | null
  /**
   * name of the Virtual WAN hub at the other side, whose network belongs to Microsoft; null = the other side is a
   * virtual network
   */
  hubName: string | null
}

/**
 * Returns the state of one side of a peering in lower case; `other` if Peerwatch does not know ARM's value, null if ARM
 * reports none.
 */
export function getNetworkPeeringState(
  state: string | null,
): 'connected' | 'initiated' | 'disconnected' | 'other' | null {
  if (state === null) return null
  const word = state.toLowerCase()
  return word === 'connected' || word === 'initiated' || word === 'disconnected' ? word : 'other'
}

/**
 * Reports whether one side of a peering lacks a change of the address space of the other side or of its own, so the
 * peering must be synchronized; false if ARM does not report the level.
 */
export const isPeeringOutOfSync = (syncLevel: string | null): boolean =>
  syncLevel !== null && syncLevel.toLowerCase() !== 'fullyinsync'

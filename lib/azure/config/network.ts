import {
  normalizeArmId,
  type ConnectedNetworkGroup,
  type NetworkConfig,
  type NetworkConnectivityConfig,
  type NetworkInterfaceConfig,
  parseArmId,
  type NetworkPeeringSideConfig,
  type RoutingPreference,
} from '#lib/contract/index.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'
import { decodeHubFacts } from './hub.ts'

/**
 * Decodes a virtual network. Source: Azure Network REST, VirtualNetwork.
 * @param config a virtual network as ARM lists it
 */
export function decodeNetwork(config: unknown): NetworkConfig {
  const network = createArmObject(config)
  return {
    resource: 'network',
    addressPrefixes: network.object('addressSpace').texts('addressPrefixes'),
    advertisedPrefixes: network.object('summarizedGatewayPrefixes').texts('addressPrefixes'),
    encryption: network.object('encryption').flag('enabled') ? network.object('encryption').text('enforcement') : null,
    gatewayPrefixes: network.list('subnets').filter(holdsGateways).flatMap(prefixesOf),
    gatewayRouteTableKey: routeTableOf(network.list('subnets').find(isGatewaySubnet)),
    gatewaySubnet: gatewaySubnetOf(network.list('subnets').find(isGatewaySubnet)),
    privateEndpoints: network
      .list('subnets')
      .filter((subnet) => subnet.list('privateEndpoints').length > 0)
      .map((subnet) => ({
        subnet: subnet.text('name') ?? '',
        prefixes: prefixesOf(subnet),
        appliesRoutes: appliesRoutes(subnet.text('privateEndpointNetworkPolicies')),
      })),
    peerings: network.list('virtualNetworkPeerings').map(peeringOf),
    routingPreference: decodeRoutingPreference(network),
    hub: null,
  }
}

/**
 * Decodes a Virtual WAN hub in the form of a network. Source: Azure Network REST, VirtualHub.
 * @param config a hub as ARM lists it
 */
export function decodeHub(config: unknown): NetworkConfig {
  const hub = createArmObject(config)
  const prefix = hub.text('addressPrefix')
  return {
    resource: 'network',
    addressPrefixes: prefix === null ? [] : [prefix],
    advertisedPrefixes: [],
    encryption: null,
    gatewayPrefixes: prefix === null ? [] : [prefix],
    gatewayRouteTableKey: null,
    gatewaySubnet: null,
    privateEndpoints: [],
    peerings: [],
    routingPreference: decodeRoutingPreference(hub),
    hub: decodeHubFacts(hub),
  }
}

/**
 * Decodes the groups of networks that Virtual Network Manager connects. A group is a mesh, or the spokes that a
 * hub-and-spoke configuration connects directly with each other. Source: Azure Network REST,
 * NetworkManagerEffectiveConnectivityConfigurationListResult;
 * learn.microsoft.com/azure/virtual-network-manager/concept-connectivity-configuration.
 */
export function decodeNetworkConnectivity(config: unknown): NetworkConnectivityConfig {
  const groups = createArmObject(config)
    .list('value')
    .flatMap((one): ConnectedNetworkGroup[] => {
      const id = one.text('id')
      const mesh = one.text('connectivityTopology')?.toLowerCase() === 'mesh'
      if (mesh) return id === null ? [] : [groupOf(id, one)]
      const own = new Set(
        one.list('configurationGroups').flatMap((group) => normalizeArmId(group.text('id') ?? '') || []),
      )
      return one.list('appliesToGroups').flatMap((group) => {
        const groupId = group.text('networkGroupId')
        const isDirect = group.text('groupConnectivity')?.toLowerCase() === 'directlyconnected'
        return isDirect && groupId !== null && own.has(normalizeArmId(groupId)) ? [groupOf(groupId, group)] : []
      })
    })
  return { resource: 'networkConnectivity', groups }
}

const groupOf = (id: string, from: ArmObjectReader): ConnectedNetworkGroup => ({
  key: normalizeArmId(id),
  name: id.split('/').at(-1) ?? id,
  // ARM writes this flag as text (`True`)
  isGlobal: from.text('isGlobal')?.toLowerCase() === 'true',
})

/** Decodes a network interface. Source: Azure Network REST, NetworkInterface. */
export function decodeNetworkInterface(config: unknown): NetworkInterfaceConfig {
  const own = createArmObject(config)
  const configurations = own.list('ipConfigurations')
  const subnet = configurations.map((one) => one.object('subnet').text('id')).find((id) => id !== null) ?? null
  const [, network = null, name = null] = /^(.+)\/subnets\/([^/]+)\/*$/i.exec(subnet ?? '') ?? []
  return {
    resource: 'networkInterface',
    networkKey: network === null ? null : normalizeArmId(network),
    subnet: name,
    machine: parseArmId(own.object('virtualMachine').text('id') ?? '')?.name ?? null,
    addresses: configurations.flatMap((one) => one.text('privateIPAddress') ?? []),
  }
}

/**
 * Reports whether the route table of a subnet applies to its private endpoints; null if ARM does not report it. Source:
 * Azure Network REST, Subnet, `privateEndpointNetworkPolicies`.
 */
const appliesRoutes = (policies: string | null): boolean | null =>
  policies === null ? null : /^(?:Enabled|RouteTableEnabled)$/i.test(policies)

const holdsGateways = (subnet: ArmObjectReader) =>
  /^(?:GatewaySubnet|RouteServerSubnet)$/i.test(subnet.text('name') ?? '')

const isGatewaySubnet = (subnet: ArmObjectReader) => /^GatewaySubnet$/i.test(subnet.text('name') ?? '')

const gatewaySubnetOf = (subnet: ArmObjectReader | undefined): NetworkConfig['gatewaySubnet'] =>
  subnet ? { prefixes: prefixesOf(subnet), hasNsg: subnet.object('networkSecurityGroup').text('id') !== null } : null

function routeTableOf(subnet: ArmObjectReader | undefined): string | null {
  const id = subnet?.object('routeTable').text('id') ?? null
  return id === null ? null : normalizeArmId(id)
}

/** Returns the prefixes of a subnet. ARM writes them as a list (dual stack) or as a single prefix. */
const prefixesOf = (subnet: ArmObjectReader): string[] => {
  const several = subnet.texts('addressPrefixes')
  return several.length > 0 ? several : [subnet.text('addressPrefix') ?? []].flat()
}

/** Reports whether a virtual hub is part of a Virtual WAN. A hub outside any Virtual WAN is a Route Server. */
export const isInVirtualWan = (config: unknown): boolean => createArmObject(config).has('virtualWan')

export function decodeRoutingPreference(hub: ArmObjectReader): RoutingPreference {
  switch (hub.text('hubRoutingPreference')?.toLowerCase()) {
    case 'vpngateway':
      return 'vpn'
    case 'aspath':
      return 'asPath'
    default:
      return 'expressRoute'
  }
}

function peeringOf(peering: ArmObjectReader): NetworkPeeringSideConfig {
  const remote = peering.object('remoteVirtualNetwork').text('id')
  return {
    name: peering.text('name') ?? '',
    state: peering.text('peeringState'),
    syncLevel: peering.text('peeringSyncLevel'),
    allowGatewayTransit: peering.flag('allowGatewayTransit'),
    useRemoteGateways: peering.flag('useRemoteGateways'),
    allowForwardedTraffic: peering.flag('allowForwardedTraffic'),
    allowVirtualNetworkAccess: peering.flag('allowVirtualNetworkAccess'),
    remotePrefixes: remotePrefixesOf(peering),
    subnets: subnetsOf(peering),
    remoteKey: remote && normalizeArmId(remote),
    ...remoteNames(parseArmId(remote ?? '')?.names.virtualnetworks ?? null),
  }
}

/**
 * Returns the subnets to which a peering is limited; null if it connects the whole networks. With a limit, the address
 * spaces of both sides contain only these subnets. Source: Azure Network REST, VirtualNetworkPeering,
 * `peerCompleteVnets`; learn.microsoft.com/azure/virtual-network/how-to-configure-subnet-peering.
 */
const subnetsOf = (peering: ArmObjectReader): NetworkPeeringSideConfig['subnets'] =>
  peering.flag('peerCompleteVnets') === false
    ? { local: peering.texts('localSubnetNames'), remote: peering.texts('remoteSubnetNames') }
    : null

/**
 * Returns the prefixes of the other side for which this side has routes (`remoteAddressSpace`). If ARM reports none,
 * the current prefixes of the other network are returned (`remoteVirtualNetworkAddressSpace`), except for a peering of
 * subnets. The two differ while the peering is out of sync. Source: Azure Network REST, VirtualNetworkPeering.
 */
function remotePrefixesOf(peering: ArmObjectReader): string[] {
  const peered = peering.object('remoteAddressSpace').texts('addressPrefixes')
  return peered.length > 0 || subnetsOf(peering)
    ? peered
    : peering.object('remoteVirtualNetworkAddressSpace').texts('addressPrefixes')
}

/**
 * Pattern for the name of the network behind a Virtual WAN hub, `HV_<hub>_<guid>`. This network belongs to Microsoft. A
 * network that is connected to a hub has a peering with it, and the name is the only information about the hub in ARM's
 * list of networks.
 */
const HUB_NETWORK = /^HV_(.+)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function remoteNames(remote: string | null): Pick<NetworkPeeringSideConfig, 'remoteName' | 'hubName'> {
  const hubName = HUB_NETWORK.exec(remote ?? '')?.[1] ?? null
  return { remoteName: hubName ?? remote ?? 'a network that ARM does not name', hubName }
}

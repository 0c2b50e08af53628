import type { NetworkPeering } from '#lib/contract/index.ts'
import { type ArmObject, armObject } from './arm-object.ts'
import { armKey, HUB, nameInArmId, VNET } from './resource-types.ts'

export interface PeeringConfig
  extends Pick<NetworkPeering, 'name' | 'state' | 'allowGatewayTransit' | 'useRemoteGateways'> {
  /** by armKey; null where ARM does not tell it */
  remoteKey: string | null
  remoteName: string
  /** name of the Virtual WAN hub on the other side, whose own network belongs to Microsoft; null = an ordinary network */
  hubName: string | null
}

export interface NetworkConfig {
  addressPrefixes: string[]
  peerings: PeeringConfig[]
}

/**
 * Reads a virtual network, or the hub of a Virtual WAN.
 * @returns null for what is neither: a gateway, and a hub outside any Virtual WAN, which is a Route Server
 */
export function readNetwork(type: string, config: unknown): NetworkConfig | null {
  const network = armObject(config)
  if (type === HUB) return network.has('virtualWan') ? { addressPrefixes: hubPrefixes(network), peerings: [] } : null
  if (type !== VNET) return null
  return {
    addressPrefixes: network.object('addressSpace').texts('addressPrefixes'),
    peerings: network.list('virtualNetworkPeerings').map(readPeering),
  }
}

function hubPrefixes(hub: ArmObject): string[] {
  const prefix = hub.text('addressPrefix')
  return prefix === null ? [] : [prefix]
}

function readPeering(peering: ArmObject): PeeringConfig {
  const remote = peering.object('remoteVirtualNetwork').text('id')
  return {
    name: peering.text('name') ?? '',
    state: peering.text('peeringState'),
    allowGatewayTransit: peering.flag('allowGatewayTransit'),
    useRemoteGateways: peering.flag('useRemoteGateways'),
    remoteKey: remote && armKey(remote),
    ...remoteNames(nameInArmId(remote, 'virtualNetworks')),
  }
}

/**
 * A network that is connected to a Virtual WAN hub is peered with one that Microsoft keeps for the hub in a subscription of its own,
 * called `HV_<hub>_<guid>`: all that ARM's list of networks tells of the connection.
 */
const HUB_NETWORK = /^HV_(.+)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function remoteNames(remote: string | null): Pick<PeeringConfig, 'remoteName' | 'hubName'> {
  const hubName = HUB_NETWORK.exec(remote ?? '')?.[1] ?? null
  return { remoteName: hubName ?? remote ?? 'a network that ARM does not name', hubName }
}

/** The network that a gateway of any kind stands in, by armKey; null where ARM does not tell it. */
export function networkKeyOf(gatewayConfig: unknown): string | null {
  const gateway = armObject(gatewayConfig)
  const hub = gateway.object('virtualHub').text('id')
  if (hub) return armKey(hub)
  const subnet = gateway.list('ipConfigurations')[0]?.object('subnet').text('id')
  return subnet ? armKey(subnet.replace(/\/subnets\/[^/]+\/*$/i, '')) : null
}

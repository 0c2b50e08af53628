import { armTypes, isPolledGatewayType, polledGatewayTypes } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode/decode.ts'
import { createCommandBuilder, buildArmGet, buildArmPost } from '../by-hand.ts'
import { type KindDefinition, defineTableKind, getWholeResourcePaths } from '../kind.ts'
import { isBgpPolled, hasHubBgpPeers } from '../hub-peers.ts'
import { bgpConnectionRow, peerRow, deduplicatePeers } from './decode.ts'

/**
 * Polls the BGP peers of a virtual network gateway, as its instances report them. For a Route Server or a hub, polls
 * the list of its BGP connections.
 */
export const peers: KindDefinition<'peers'> = {
  types: [...polledGatewayTypes, armTypes.virtualHub],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action',
    'Microsoft.Network/virtualHubs/bgpConnections/read',
  ],
  command: (polled) =>
    createCommandBuilder(
      armTypes.virtualNetworkGateway,
      (name) => `az network vnet-gateway list-bgp-peer-status --name ${name}`,
    )(polled) ??
    createCommandBuilder(
      armTypes.virtualHub,
      (name) => `az network routeserver peering list --routeserver ${name}`,
    )(polled),
  interval: 'sessionsMs',
  subresources: (resource) => (isBgpPolled(resource) || hasHubBgpPeers(resource) ? getWholeResourcePaths() : []),
  plainRequest: ({ resourceId }) =>
    /\/virtualHubs\/[^/]+$/i.test(resourceId)
      ? buildArmGet(`${resourceId}/bgpConnections`)
      : buildArmPost(`${resourceId}/getBgpPeerStatus`),
  ...defineTableKind(
    'sessions',
    ({ arm, id }, options) => {
      if (isPolledGatewayType(id.type)) {
        return arm.network.virtualNetworkGateways.getBgpPeerStatus(id.resourceGroup, id.name, options)
      }
      const list = arm.network.virtualHubBgpConnections.list(id.resourceGroup, id.name, options)
      // ARM returns a list immediately. This call reads the first page, and the code for tables follows the other
      // pages.
      return { submitted: async () => void (await list.byPage().next()) }
    },
    ({ rows, at, unread }, { type }) =>
      deduplicatePeers(decodeRows(isPolledGatewayType(type) ? peerRow : bgpConnectionRow, rows, at, unread)),
  ),
}

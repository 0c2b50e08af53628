import { armTypes, isSessionGatewayType, sessionGatewayTypes } from '#lib/contract/index.ts'
import { PollFailure } from '../../call/failure.ts'
import { decodeRowsWithSchema } from '../../decode/decode.ts'
import { createCommandBuilder, buildArmGet, buildArmPost } from '../arm-requests.ts'
import { type KindDefinition, defineTableKind, getWholeResourcePaths } from '../kind.ts'
import { isGatewayBgpPolled, hasHubBgpPeers } from '../hub-peers.ts'
import { bgpConnectionRowSchema, peerRowSchema, deduplicatePeers } from './decode.ts'

/**
 * Action of a hub's VPN gateway with the API version of the SDK. Azure's specification and the SDK lack this action, so
 * its response is decoded in the form of the action with the same name of virtual network gateways (ADR 0360).
 */
const HUB_VPN_ACTION = 'getBgpPeerStatus?api-version=2026-01-01'

/**
 * Polls the BGP peers of a virtual network gateway or of the VPN gateway of a hub, as its instances report them. For a
 * Route Server or a hub, polls the list of its BGP connections.
 */
export const peersPollKind: KindDefinition<'peers'> = {
  types: [...sessionGatewayTypes, armTypes.virtualHub],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getBgpPeerStatus/action',
    'Microsoft.Network/vpnGateways/getBgpPeerStatus/action',
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
  subresources: (resource) => (isGatewayBgpPolled(resource) || hasHubBgpPeers(resource) ? getWholeResourcePaths() : []),
  // a cloud that does not know the action of a hub's gateway cannot report its sessions, which is not a fault
  refused: ({ error }) => (/^InvalidResourceType$/i.test(error.code) ? new PollFailure('not_polled', error) : null),
  plainRequest: ({ resourceId }) =>
    /\/virtualHubs\/[^/]+$/i.test(resourceId)
      ? buildArmGet(`${resourceId}/bgpConnections`)
      : buildArmPost(`${resourceId}/getBgpPeerStatus`),
  ...defineTableKind(
    'sessions',
    ({ arm, id, resourceId }, options) => {
      if (id.type === armTypes.vpnGateway) {
        return { submitted: () => arm.post(`${resourceId}/${HUB_VPN_ACTION}`, {}) }
      }
      if (id.type === armTypes.virtualNetworkGateway) {
        return arm.network.virtualNetworkGateways.getBgpPeerStatus(id.resourceGroup, id.name, options)
      }
      const list = arm.network.virtualHubBgpConnections.list(id.resourceGroup, id.name, options)
      // ARM returns a list immediately. This call reads the first page, and the code for tables follows the other
      // pages.
      return { submitted: async () => void (await list.byPage().next()) }
    },
    ({ rows, at, unread }, { type }) =>
      deduplicatePeers(
        decodeRowsWithSchema(isSessionGatewayType(type) ? peerRowSchema : bgpConnectionRowSchema, rows, at, unread),
      ),
  ),
}

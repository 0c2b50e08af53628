import { armTypes, isPolledGatewayType, polledGatewayTypes } from '#lib/contract/index.ts'
import { isHubPeer, on, peerCommand, plainPost, plainQuestion } from './by-hand.ts'
import { type KindDefinition, tableKind, wholeResource } from './kind.ts'
import {
  hubConnectionOf,
  hubConnectionSubresources,
  hubGatewayTypes,
  hubOfGateway,
  inboundRequest,
  inboundRoutesIn,
} from './hub-routes.ts'
import { hubOfPeer, isAskedForBgp, peerOf, peerRoutesIn } from './hub-peers.ts'
import { gatewayRoutesIn } from './route-tables.ts'

/**
 * Polls the routes that a gateway learned, from each of its instances. For a gateway in a Virtual WAN hub, these are
 * the routes that the hub receives over each connection of the gateway. For a BGP peer of a hub or a Route Server,
 * these are the routes that the peer announced.
 */
export const learned: KindDefinition<'learned'> = {
  types: [...polledGatewayTypes, ...hubGatewayTypes, armTypes.hubBgpConnection],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action',
    'Microsoft.Network/virtualHubs/inboundRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action',
  ],
  command: (polled) =>
    on(
      armTypes.virtualNetworkGateway,
      (name) => `az network vnet-gateway list-learned-routes --name ${name}`,
    )(polled) ?? peerCommand('list-learned-routes')(polled),
  putOff: 'first',
  interval: 'routesMs',
  subresources: (resource) => {
    if (resource.type === armTypes.hubBgpConnection) return wholeResource()
    if (!isPolledGatewayType(resource.type)) return hubConnectionSubresources(resource)
    return isAskedForBgp(resource) ? wholeResource() : []
  },
  runsOn: (resource) => {
    if (resource.type === armTypes.hubBgpConnection) return hubOfPeer(resource)
    return isPolledGatewayType(resource.type) ? null : hubOfGateway(resource)
  },
  plainRequest: (target) => {
    const ofHub = inboundRequest(target)
    if (ofHub) return plainQuestion(ofHub)
    return plainPost(`${target.resourceId}/${isHubPeer(target) ? 'learnedRoutes' : 'getLearnedRoutes'}`)
  },
  ...tableKind(
    'tables',
    (read, options) => {
      const { arm, id } = read
      if (isPolledGatewayType(id.type)) {
        return arm.network.virtualNetworkGateways.getLearnedRoutes(id.resourceGroup, id.name, options)
      }
      if (id.type === armTypes.hubBgpConnection) {
        return arm.network.virtualHubBgpConnections.listLearnedRoutes(...peerOf(read), options)
      }
      const { group, hub, ...asked } = hubConnectionOf(read)
      return arm.network.virtualHubs.getInboundRoutes(group, hub, asked, options)
    },
    (table, { type, subresource }) => {
      if (type === armTypes.hubBgpConnection) return peerRoutesIn(table)
      return isPolledGatewayType(type) ? gatewayRoutesIn(table) : inboundRoutesIn(table, subresource)
    },
  ),
}

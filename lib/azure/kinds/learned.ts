import { armTypes, isPolledGatewayType, polledGatewayTypes } from '#lib/contract/index.ts'
import {
  isHubPeer,
  createCommandBuilder,
  createPeerCommand,
  buildArmPost,
  buildArmPostWithBody,
} from './arm-requests.ts'
import { type KindDefinition, defineTableKind, getWholeResourcePaths } from './kind.ts'
import {
  parseHubConnection,
  listHubConnectionSubresources,
  hubGatewayTypes,
  getHubIdOfGateway,
  buildInboundRoutesRequest,
  decodeInboundRoutes,
  findRoutesNotGiven,
} from './hub-routes.ts'
import { getHubIdOfPeer, isGatewayBgpPolled, getHubPeerNames, decodePeerRoutes } from './hub-peers.ts'
import { decodeGatewayRoutes } from './route-tables.ts'

/**
 * Polls the routes that a gateway learned, from each of its instances. For a gateway in a Virtual WAN hub, these are
 * the routes that the hub receives over each connection of the gateway. For a BGP peer of a hub or a Route Server,
 * these are the routes that the peer announced.
 */
export const learnedRoutesPollKind: KindDefinition<'learned'> = {
  types: [...polledGatewayTypes, ...hubGatewayTypes, armTypes.hubBgpConnection],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action',
    'Microsoft.Network/virtualHubs/inboundRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action',
  ],
  command: (polled) =>
    createCommandBuilder(
      armTypes.virtualNetworkGateway,
      (name) => `az network vnet-gateway list-learned-routes --name ${name}`,
    )(polled) ?? createPeerCommand('list-learned-routes')(polled),
  putOff: 'first',
  interval: 'routesMs',
  subresources: (resource) => {
    if (resource.type === armTypes.hubBgpConnection) return getWholeResourcePaths()
    if (!isPolledGatewayType(resource.type)) return listHubConnectionSubresources(resource)
    return isGatewayBgpPolled(resource) ? getWholeResourcePaths() : []
  },
  runsOn: (resource) => {
    if (resource.type === armTypes.hubBgpConnection) return getHubIdOfPeer(resource)
    return isPolledGatewayType(resource.type) ? null : getHubIdOfGateway(resource)
  },
  refused: (failure, type) => (hubGatewayTypes.includes(type) ? findRoutesNotGiven(failure) : null),
  plainRequest: (target) => {
    const ofHub = buildInboundRoutesRequest(target)
    if (ofHub) return buildArmPostWithBody(ofHub)
    return buildArmPost(`${target.resourceId}/${isHubPeer(target) ? 'learnedRoutes' : 'getLearnedRoutes'}`)
  },
  ...defineTableKind(
    'tables',
    (read, options) => {
      const { arm, id } = read
      if (isPolledGatewayType(id.type)) {
        return arm.network.virtualNetworkGateways.getLearnedRoutes(id.resourceGroup, id.name, options)
      }
      if (id.type === armTypes.hubBgpConnection) {
        return arm.network.virtualHubBgpConnections.listLearnedRoutes(...getHubPeerNames(read), options)
      }
      const { group, hub, ...asked } = parseHubConnection(read)
      return arm.network.virtualHubs.getInboundRoutes(group, hub, asked, options)
    },
    (table, { type, subresource }) => {
      if (type === armTypes.hubBgpConnection) return decodePeerRoutes(table)
      return isPolledGatewayType(type) ? decodeGatewayRoutes(table) : decodeInboundRoutes(table, subresource)
    },
  ),
}

import { armTypes, polledGatewayTypes, quoteShellWord } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createUnsupportedFailure } from '../poll-input.ts'
import { isHubPeer, createCommandBuilder, createPeerCommand, buildArmPost } from './arm-requests.ts'
import { type KindDefinition, defineTableKind, getWholeResourcePaths } from './kind.ts'
import { getHubIdOfPeer, isGatewayBgpPolled, getHubPeerNames, decodePeerRoutes } from './hub-peers.ts'
import { decodeGatewayRoutes } from './route-tables.ts'

/**
 * Polls the routes that a gateway advertises to one BGP neighbor. The subresource is the address of the neighbor. For a
 * BGP peer of a hub or a Route Server it is empty, because such a peer is itself a resource.
 */
export const advertisedRoutesPollKind: KindDefinition<'advertised'> = {
  types: [...polledGatewayTypes, armTypes.hubBgpConnection],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action',
  ],
  command: (polled) =>
    createCommandBuilder(armTypes.virtualNetworkGateway, (name, subresource) =>
      subresource === ''
        ? null
        : `az network vnet-gateway list-advertised-routes --name ${name} --peer ${quoteShellWord(subresource)}`,
    )(polled) ?? createPeerCommand('list-advertised-routes')(polled),
  putOff: 'first',
  interval: 'routesMs',
  leastIntervalMs: MS_PER_HOUR,
  subresources: (resource, neighbors) => {
    if (resource.type === armTypes.hubBgpConnection) return getWholeResourcePaths()
    return isGatewayBgpPolled(resource) ? [...new Set(neighbors)] : []
  },
  runsOn: (resource) => (resource.type === armTypes.hubBgpConnection ? getHubIdOfPeer(resource) : null),
  plainRequest: (target) =>
    isHubPeer(target)
      ? buildArmPost(`${target.resourceId}/advertisedRoutes`)
      : buildArmPost(`${target.resourceId}/getAdvertisedRoutes`, `&peer=${encodeURIComponent(target.subresource)}`),
  ...defineTableKind(
    'tables',
    (read, options) => {
      const { arm, id, subresource } = read
      if (id.type === armTypes.hubBgpConnection) {
        return arm.network.virtualHubBgpConnections.listAdvertisedRoutes(...getHubPeerNames(read), options)
      }
      if (subresource === '')
        throw createUnsupportedFailure('advertised routes are polled for one neighbor: the subresource is its address')
      return arm.network.virtualNetworkGateways.getAdvertisedRoutes(id.resourceGroup, id.name, subresource, options)
    },
    (table, { type }) => (type === armTypes.hubBgpConnection ? decodePeerRoutes(table) : decodeGatewayRoutes(table)),
  ),
}

import { armTypes, polledGatewayTypes, shellWord } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { unsupported } from '../read.ts'
import { isHubPeer, on, peerCommand, plainPost } from './by-hand.ts'
import { type KindDefinition, tableKind, wholeResource } from './kind.ts'
import { hubOfPeer, isAskedForBgp, peerOf, peerRoutesIn } from './hub-peers.ts'
import { gatewayRoutesIn } from './route-tables.ts'

/**
 * Polls the routes that a gateway advertises to one BGP neighbor. The subresource is the address of the neighbor. For a
 * BGP peer of a hub or a Route Server it is empty, because such a peer is itself a resource.
 */
export const advertised: KindDefinition<'advertised'> = {
  types: [...polledGatewayTypes, armTypes.hubBgpConnection],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action',
  ],
  command: (polled) =>
    on(armTypes.virtualNetworkGateway, (name, subresource) =>
      subresource === ''
        ? null
        : `az network vnet-gateway list-advertised-routes --name ${name} --peer ${shellWord(subresource)}`,
    )(polled) ?? peerCommand('list-advertised-routes')(polled),
  putOff: 'first',
  interval: 'routesMs',
  leastIntervalMs: HOUR,
  subresources: (resource, neighbors) => {
    if (resource.type === armTypes.hubBgpConnection) return wholeResource()
    return isAskedForBgp(resource) ? [...new Set(neighbors)] : []
  },
  runsOn: (resource) => (resource.type === armTypes.hubBgpConnection ? hubOfPeer(resource) : null),
  plainRequest: (target) =>
    isHubPeer(target)
      ? plainPost(`${target.resourceId}/advertisedRoutes`)
      : plainPost(`${target.resourceId}/getAdvertisedRoutes`, `&peer=${encodeURIComponent(target.subresource)}`),
  ...tableKind(
    'tables',
    (read, options) => {
      const { arm, id, subresource } = read
      if (id.type === armTypes.hubBgpConnection) {
        return arm.network.virtualHubBgpConnections.listAdvertisedRoutes(...peerOf(read), options)
      }
      if (subresource === '')
        throw unsupported('advertised routes are polled for one neighbor: the subresource is its address')
      return arm.network.virtualNetworkGateways.getAdvertisedRoutes(id.resourceGroup, id.name, subresource, options)
    },
    (table, { type }) => (type === armTypes.hubBgpConnection ? peerRoutesIn(table) : gatewayRoutesIn(table)),
  ),
}

import { armTypes, polledGatewayTypes } from '#lib/contract/index.ts'
import { HOUR } from '../../durations.ts'
import { unsupported } from '../../read.ts'
import { type KindDefinition, tableKind, wholeResource } from '../kind.ts'
import { isRouteServerPeer, peerOf, peerRoutesIn, routeServerOf } from '../route-server.ts'
import { gatewayRoutesIn } from '../route-tables.ts'

/** Routes that a gateway sends to one neighbor, whose address is the subresource; a Route Server's peer is a resource of its own. */
export const advertised: KindDefinition<'advertised'> = {
  types: [...polledGatewayTypes, armTypes.hubBgpConnection],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/advertisedRoutes/action',
  ],
  interval: 'routesMs',
  leastIntervalMs: HOUR,
  subresources: (resource, neighbors) => {
    if (resource.type !== armTypes.hubBgpConnection) return [...new Set(neighbors)]
    return isRouteServerPeer(resource) ? wholeResource() : []
  },
  runsOn: (resource) => (resource.type === armTypes.hubBgpConnection ? routeServerOf(resource) : null),
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

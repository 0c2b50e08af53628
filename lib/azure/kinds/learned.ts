import { armTypes, isPolledGatewayType, polledGatewayTypes } from '#lib/contract/index.ts'
import { type KindDefinition, tableKind, wholeResource } from './kind.ts'
import {
  hubConnectionOf,
  hubConnectionSubresources,
  hubGatewayTypes,
  hubOfGateway,
  inboundRoutesIn,
} from './hub-routes.ts'
import { hubOfPeer, isAskedForBgp, peerOf, peerRoutesIn } from './hub-peers.ts'
import { gatewayRoutesIn } from './route-tables.ts'

/** Routes that a gateway's instances learned; of a gateway in a Virtual WAN hub, what the hub has from each of its connections; of a BGP peer of a hub or a Route Server what it announced. */
export const learned: KindDefinition<'learned'> = {
  types: [...polledGatewayTypes, ...hubGatewayTypes, armTypes.hubBgpConnection],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action',
    'Microsoft.Network/virtualHubs/inboundRoutes/action',
    'Microsoft.Network/virtualHubs/bgpConnections/learnedRoutes/action',
  ],
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

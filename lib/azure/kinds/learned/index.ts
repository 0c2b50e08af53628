import { isPolledGatewayType, polledGatewayTypes } from '#lib/contract/index.ts'
import { type KindDefinition, tableKind, wholeResource } from '../kind.ts'
import {
  hubConnectionOf,
  hubConnectionSubresources,
  hubGatewayTypes,
  hubOfGateway,
  inboundRoutesIn,
} from '../hub-routes.ts'
import { gatewayRoutesIn } from '../route-tables.ts'

/** Routes that a gateway's instances learned; of a gateway in a Virtual WAN hub, what the hub has from each of its connections. */
export const learned: KindDefinition<'learned'> = {
  types: [...polledGatewayTypes, ...hubGatewayTypes],
  actions: [
    'Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action',
    'Microsoft.Network/virtualHubs/inboundRoutes/action',
  ],
  interval: 'routesMs',
  subresources: (resource) =>
    isPolledGatewayType(resource.type) ? wholeResource() : hubConnectionSubresources(resource),
  runsOn: (resource) => (isPolledGatewayType(resource.type) ? null : hubOfGateway(resource)),
  ...tableKind(
    'tables',
    (read, options) => {
      const { arm, id } = read
      if (isPolledGatewayType(id.type)) {
        return arm.network.virtualNetworkGateways.getLearnedRoutes(id.resourceGroup, id.name, options)
      }
      const { group, hub, ...asked } = hubConnectionOf(read)
      return arm.network.virtualHubs.getInboundRoutes(group, hub, asked, options)
    },
    (table, { type, subresource }) =>
      isPolledGatewayType(type) ? gatewayRoutesIn(table) : inboundRoutesIn(table, subresource),
  ),
}

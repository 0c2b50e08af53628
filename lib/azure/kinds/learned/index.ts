import { polledGatewayTypes } from '#lib/contract/index.ts'
import { type KindDefinition, tableKind, wholeResource } from '../kind.ts'
import { gatewayRoutesIn } from '../route-tables.ts'

/** Routes that a gateway's instances learned. */
export const learned: KindDefinition<'learned'> = {
  types: polledGatewayTypes,
  actions: ['Microsoft.Network/virtualNetworkGateways/getLearnedRoutes/action'],
  interval: 'routesMs',
  subresources: wholeResource,
  ...tableKind(
    'tables',
    ({ arm, id }, options) => arm.network.virtualNetworkGateways.getLearnedRoutes(id.resourceGroup, id.name, options),
    gatewayRoutesIn,
  ),
}

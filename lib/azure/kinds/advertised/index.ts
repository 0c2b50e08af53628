import { polledGatewayTypes } from '#lib/contract/index.ts'
import { unsupported } from '../../read.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { gatewayRoutesIn } from '../route-tables.ts'

/** Routes that a gateway sends to one neighbor, whose address is the part. */
export const advertised: KindDefinition<'advertised'> = {
  types: polledGatewayTypes,
  interval: 'routesMs',
  parts: (_, neighbors) => [...new Set(neighbors)],
  ...tableKind(({ arm, id, part }, options) => {
    if (part === '') throw unsupported('advertised routes are polled for one neighbor: the part is its address')
    return arm.network.virtualNetworkGateways.getAdvertisedRoutes(id.resourceGroup, id.name, part, options)
  }, gatewayRoutesIn),
}

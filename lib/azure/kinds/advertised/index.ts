import { polledGatewayTypes } from '#lib/contract/index.ts'
import { HOUR } from '../../durations.ts'
import { unsupported } from '../../read.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { gatewayRoutesIn } from '../route-tables.ts'

/** Routes that a gateway sends to one neighbor, whose address is the subresource. */
export const advertised: KindDefinition<'advertised'> = {
  types: polledGatewayTypes,
  actions: ['Microsoft.Network/virtualNetworkGateways/getAdvertisedRoutes/action'],
  interval: 'routesMs',
  leastIntervalMs: HOUR,
  subresources: (_, neighbors) => [...new Set(neighbors)],
  ...tableKind(
    'tables',
    ({ arm, id, subresource }, options) => {
      if (subresource === '')
        throw unsupported('advertised routes are polled for one neighbor: the subresource is its address')
      return arm.network.virtualNetworkGateways.getAdvertisedRoutes(id.resourceGroup, id.name, subresource, options)
    },
    gatewayRoutesIn,
  ),
}

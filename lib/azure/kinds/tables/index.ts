import { armTypes } from '#lib/contract/index.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { pathSubresources, readPathSubresource } from '../path-subresource.ts'
import { pathRoutesIn } from '../route-tables.ts'

/** The route table of one path of a circuit's peering, as the MSEE has it. */
export const tables: KindDefinition<'tables'> = {
  types: [armTypes.circuit],
  actions: ['Microsoft.Network/expressRouteCircuits/peerings/routeTables/*'],
  interval: 'routesMs',
  subresources: pathSubresources,
  ...tableKind(
    'tables',
    ({ arm, id, subresource }, options) => {
      const { peering, path } = readPathSubresource(subresource, 'tables')
      return arm.network.expressRouteCircuits.listRoutesTable(id.resourceGroup, id.name, peering, path, options)
    },
    pathRoutesIn,
  ),
}

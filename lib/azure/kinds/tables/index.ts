import { armTypes } from '#lib/contract/index.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { DEFAULT_TABLE, effectiveQuestion, effectiveRoutesIn } from '../hub-routes.ts'
import { isInVirtualWan } from '../../config/network.ts'
import { pathSubresources, readPathSubresource } from '../path-subresource.ts'
import { pathRoutesIn } from '../route-tables.ts'

/** The route table of one path of a circuit's peering, as the MSEE has it, or the default one of a Virtual WAN hub. */
export const tables: KindDefinition<'tables'> = {
  types: [armTypes.circuit, armTypes.virtualHub],
  actions: [
    'Microsoft.Network/expressRouteCircuits/peerings/routeTables/*',
    'Microsoft.Network/virtualHubs/effectiveRoutes/action',
  ],
  interval: 'routesMs',
  subresources: (resource) => {
    if (resource.type === armTypes.circuit) return pathSubresources(resource)
    return isInVirtualWan(resource.config) ? [DEFAULT_TABLE] : []
  },
  ...tableKind(
    'tables',
    ({ arm, id, resourceId, subresource }, options) => {
      if (id.type === armTypes.virtualHub) {
        return arm.network.virtualHubs.getEffectiveVirtualHubRoutes(id.resourceGroup, id.name, {
          ...options,
          effectiveRoutesParameters: effectiveQuestion(resourceId, subresource),
        })
      }
      const { peering, path } = readPathSubresource(subresource, 'tables')
      return arm.network.expressRouteCircuits.listRoutesTable(id.resourceGroup, id.name, peering, path, options)
    },
    (table, { type }) => (type === armTypes.virtualHub ? effectiveRoutesIn(table) : pathRoutesIn(table)),
  ),
}

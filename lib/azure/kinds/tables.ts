import { armTypes, DEFAULT_HUB_TABLE, getTopLevelResourceId, parseArmId, quoteShellWord } from '#lib/contract/index.ts'
import {
  createPathTableRequest,
  createPathCommand,
  buildArmPostWithBody,
  type CliCommandTarget,
} from './arm-requests.ts'
import { type KindDefinition, defineTableKind, getWholeResourcePaths } from './kind.ts'
import {
  buildHubTableBody,
  buildHubTableRequest,
  decodeHubTableRoutes,
  isHubRouteTableType,
  isPolledHubTable,
} from './hub-routes.ts'
import { isInVirtualWan } from '../config/network.ts'
import { listPathSubresources, parsePathSubresource } from './path-subresource.ts'
import { decodePathRoutes } from './route-tables.ts'

/**
 * Polls the route table that Microsoft's edge router (MSEE) has for one path of a circuit's peering, or a route table
 * of a Virtual WAN hub. The hub's default table is polled as part of the hub, and each other table as its own resource.
 */
export const tablesPollKind: KindDefinition<'tables'> = {
  types: [armTypes.circuit, armTypes.virtualHub, armTypes.hubRouteTable],
  actions: [
    'Microsoft.Network/expressRouteCircuits/peerings/routeTables/*',
    'Microsoft.Network/virtualHubs/effectiveRoutes/action',
  ],
  command: (polled) => hubTable(polled) ?? createPathCommand('list-route-tables')(polled),
  putOff: 'first',
  interval: 'routesMs',
  subresources: (resource) => {
    if (resource.type === armTypes.circuit) return listPathSubresources(resource)
    if (resource.type === armTypes.hubRouteTable) return isPolledHubTable(resource) ? getWholeResourcePaths() : []
    return isInVirtualWan(resource.config) ? [DEFAULT_HUB_TABLE] : []
  },
  runsOn: ({ type, resourceId }) => (type === armTypes.hubRouteTable ? getTopLevelResourceId(resourceId) : null),
  plainRequest: (target) => {
    const ofHub = buildHubTableRequest(target)
    return ofHub ? buildArmPostWithBody(ofHub) : createPathTableRequest('routeTables')(target)
  },
  ...defineTableKind(
    'tables',
    ({ arm, id, resourceId, subresource }, options) => {
      if (isHubRouteTableType(id.type)) {
        const hub = parseArmId(getTopLevelResourceId(resourceId))?.name ?? ''
        return arm.network.virtualHubs.getEffectiveVirtualHubRoutes(id.resourceGroup, hub, {
          ...options,
          effectiveRoutesParameters: buildHubTableBody(resourceId, subresource),
        })
      }
      const { peering, path } = parsePathSubresource(subresource, 'tables')
      return arm.network.expressRouteCircuits.listRoutesTable(id.resourceGroup, id.name, peering, path, options)
    },
    (table, { type }) => (isHubRouteTableType(type) ? decodeHubTableRoutes(table) : decodePathRoutes(table)),
  ),
}

/**
 * Returns the command for printing a route table of a hub. The default table is a subresource of the hub. Each other
 * table is a resource inside the hub. Returns null for other resources.
 */
function hubTable({ id, resourceId, subresource }: CliCommandTarget): string | null {
  if (id.type !== armTypes.virtualHub) return null
  const isTable = parseArmId(resourceId)?.type === armTypes.hubRouteTable
  if (isTable === (subresource !== '')) return null
  const table = quoteShellWord(isTable ? resourceId : `${resourceId}/hubRouteTables/${subresource}`)
  return `az network vhub get-effective-routes --name ${quoteShellWord(id.name)} --resource-type RouteTable --resource-id ${table}`
}

import { armTypes, DEFAULT_HUB_TABLE, owningResource, parseArmId, shellWord } from '#lib/contract/index.ts'
import { pathRequest, pathCommand, plainQuestion, type Polled } from './by-hand.ts'
import { type KindDefinition, tableKind, wholeResource } from './kind.ts'
import { effectiveQuestion, effectiveRequest, effectiveRoutesIn, isHubTable, isPolledHubTable } from './hub-routes.ts'
import { isInVirtualWan } from '../config/network.ts'
import { pathSubresources, readPathSubresource } from './path-subresource.ts'
import { pathRoutesIn } from './route-tables.ts'

/**
 * Polls the route table that Microsoft's edge router (MSEE) has for one path of a circuit's peering, or a route table
 * of a Virtual WAN hub. The hub's default table is polled as part of the hub, and each other table as its own resource.
 */
export const tables: KindDefinition<'tables'> = {
  types: [armTypes.circuit, armTypes.virtualHub, armTypes.hubRouteTable],
  actions: [
    'Microsoft.Network/expressRouteCircuits/peerings/routeTables/*',
    'Microsoft.Network/virtualHubs/effectiveRoutes/action',
  ],
  command: (polled) => hubTable(polled) ?? pathCommand('list-route-tables')(polled),
  putOff: 'first',
  interval: 'routesMs',
  subresources: (resource) => {
    if (resource.type === armTypes.circuit) return pathSubresources(resource)
    if (resource.type === armTypes.hubRouteTable) return isPolledHubTable(resource) ? wholeResource() : []
    return isInVirtualWan(resource.config) ? [DEFAULT_HUB_TABLE] : []
  },
  runsOn: ({ type, resourceId }) => (type === armTypes.hubRouteTable ? owningResource(resourceId) : null),
  plainRequest: (target) => {
    const ofHub = effectiveRequest(target)
    return ofHub ? plainQuestion(ofHub) : pathRequest('routeTables')(target)
  },
  ...tableKind(
    'tables',
    ({ arm, id, resourceId, subresource }, options) => {
      if (isHubTable(id.type)) {
        const hub = parseArmId(owningResource(resourceId))?.name ?? ''
        return arm.network.virtualHubs.getEffectiveVirtualHubRoutes(id.resourceGroup, hub, {
          ...options,
          effectiveRoutesParameters: effectiveQuestion(resourceId, subresource),
        })
      }
      const { peering, path } = readPathSubresource(subresource, 'tables')
      return arm.network.expressRouteCircuits.listRoutesTable(id.resourceGroup, id.name, peering, path, options)
    },
    (table, { type }) => (isHubTable(type) ? effectiveRoutesIn(table) : pathRoutesIn(table)),
  ),
}

/**
 * Returns the command for printing a route table of a hub. The default table is a subresource of the hub. Each other
 * table is a resource inside the hub. Returns null for other resources.
 */
function hubTable({ id, resourceId, subresource }: Polled): string | null {
  if (id.type !== armTypes.virtualHub) return null
  const isTable = parseArmId(resourceId)?.type === armTypes.hubRouteTable
  if (isTable === (subresource !== '')) return null
  const table = shellWord(isTable ? resourceId : `${resourceId}/hubRouteTables/${subresource}`)
  return `az network vhub get-effective-routes --name ${shellWord(id.name)} --resource-type RouteTable --resource-id ${table}`
}

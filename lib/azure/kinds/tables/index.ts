import { armTypes } from '#lib/contract/index.ts'
import { type KindDefinition, tableKind } from '../kind.ts'
import { pathParts, readPathPart } from '../path-part.ts'
import { pathRoutesIn } from '../route-tables.ts'

/** The route table of one path of a circuit's peering, as the MSEE has it. */
export const tables: KindDefinition<'tables'> = {
  types: [armTypes.circuit],
  interval: 'routesMs',
  parts: pathParts,
  ...tableKind(({ arm, id, part }, options) => {
    const { peering, path } = readPathPart(part, 'tables')
    return arm.network.expressRouteCircuits.listRoutesTable(id.resourceGroup, id.name, peering, path, options)
  }, pathRoutesIn),
}

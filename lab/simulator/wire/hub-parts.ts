/** Parts of a hub's resources in ARM's format: ids, the common members, and the routing of connections. */
import type { HubSpec } from '../schema.ts'
import { type Context, etag, resourceId } from './context.ts'

export const NETWORK = 'Microsoft.Network'
export const DEFAULT_TABLE = 'defaultRouteTable'

export const hubId = ({ world }: Context, hub: HubSpec): string => resourceId(world, hub.group, 'virtualHubs', hub.name)

export function head(
  c: Context,
  hub: HubSpec,
  type: string,
  name: string,
  tags: Readonly<Record<string, string>> = {},
) {
  return {
    name,
    id: resourceId(c.world, hub.group, type, name),
    etag: etag(c.world, name),
    type: `${NETWORK}/${type}`,
    location: hub.location ?? c.world.topology.groups.get(hub.group)?.location ?? '',
    tags,
  }
}

export const reference = (c: Context, hub: HubSpec, type: string, name: string | undefined) =>
  name === undefined ? null : { id: resourceId(c.world, hub.group, type, name) }

export const tableId = (c: Context, hub: HubSpec, table: string): string => `${hubId(c, hub)}/hubRouteTables/${table}`

export const defaultTable = (c: Context, hub: HubSpec): string => tableId(c, hub, DEFAULT_TABLE)

/**
 * Returns the routing configuration of a connection. Every connection propagates its routes to the default table, and
 * to the tables that name it.
 */
export function routingOf(c: Context, hub: HubSpec, connection: string) {
  const own = hub.routeTables.find(({ associated }) => associated.includes(connection))
  const others = hub.routeTables.filter(({ from }) => from.includes(connection))
  return {
    associatedRouteTable: { id: own ? tableId(c, hub, own.name) : defaultTable(c, hub) },
    propagatedRouteTables: {
      labels: ['default'],
      ids: [{ id: defaultTable(c, hub) }, ...others.map(({ name }) => ({ id: tableId(c, hub, name) }))],
    },
  }
}

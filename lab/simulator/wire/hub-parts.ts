/** Parts of a hub's resources in ARM's format: ids, the common members, and the routing of connections. */
import type { VirtualHubSpec } from '../schema.ts'
import { type ArmOperationContext, createResourceEtag, resourceId } from './context.ts'

export const NETWORK_PROVIDER_NAME = 'Microsoft.Network'
export const DEFAULT_TABLE = 'defaultRouteTable'

export const hubId = ({ world }: ArmOperationContext, hub: VirtualHubSpec): string =>
  resourceId(world, hub.group, 'virtualHubs', hub.name)

export function createHubChildResourceFields(
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  type: string,
  name: string,
  tags: Readonly<Record<string, string>> = {},
) {
  return {
    name,
    id: resourceId(c.world, hub.group, type, name),
    etag: createResourceEtag(c.world, name),
    type: `${NETWORK_PROVIDER_NAME}/${type}`,
    location: hub.location ?? c.world.topology.groups.get(hub.group)?.location ?? '',
    tags,
  }
}

export const createHubChildResourceReference = (
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  type: string,
  name: string | undefined,
) => (name === undefined ? null : { id: resourceId(c.world, hub.group, type, name) })

export const buildHubRouteTableArmId = (c: ArmOperationContext, hub: VirtualHubSpec, table: string): string =>
  `${hubId(c, hub)}/hubRouteTables/${table}`

export const buildDefaultRouteTableArmId = (c: ArmOperationContext, hub: VirtualHubSpec): string =>
  buildHubRouteTableArmId(c, hub, DEFAULT_TABLE)

/**
 * Returns the routing configuration of a connection. Every connection propagates its routes to the default table, and
 * to the tables that name it.
 */
export function createConnectionRoutingConfig(c: ArmOperationContext, hub: VirtualHubSpec, connection: string) {
  const own = hub.routeTables.find(({ associated }) => associated.includes(connection))
  const others = hub.routeTables.filter(({ from }) => from.includes(connection))
  return {
    associatedRouteTable: { id: own ? buildHubRouteTableArmId(c, hub, own.name) : buildDefaultRouteTableArmId(c, hub) },
    propagatedRouteTables: {
      labels: ['default'],
      ids: [
        { id: buildDefaultRouteTableArmId(c, hub) },
        ...others.map(({ name }) => ({ id: buildHubRouteTableArmId(c, hub, name) })),
      ],
    },
  }
}

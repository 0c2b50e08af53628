import { normalizeArmId, armTypes, getTopLevelResourceId } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './decode-config.ts'

/** Resource in the inventory, identified by its ARM ID or by its normalized ARM ID (`normalizeArmId`). */
type Listed = { type: string; config: unknown } & ({ resourceId: string } | { armKey: string })

/**
 * Returns the resource that determines to which customer another resource belongs (docs/rules/customers.md):
 * - for a connection: its circuit
 * - for the connection of a network to a hub: the network
 * - for a BGP connection of a hub: the network that contains the BGP peer
 * - for a route table, routing intent or route map of a hub, and for the connectivity of a network: this hub or network
 * - for any other resource: the resource itself
 * If the determining resource is unknown, the hub is returned if it is known, otherwise the resource itself.
 * @param byKey all resources by their normalized ARM ID
 */
export function findOwnershipSource<Resource extends Listed>(
  resource: Resource,
  byKey: ReadonlyMap<string, Resource>,
): Resource {
  const known = (key: string | null) => (key === null ? undefined : byKey.get(key))
  const hubKey = () =>
    normalizeArmId(getTopLevelResourceId('armKey' in resource ? resource.armKey : resource.resourceId))
  switch (resource.type) {
    case armTypes.connection:
      return known(decodeResourceConfig(armTypes.connection, resource.config).circuitKey) ?? resource
    case armTypes.hubNetworkConnection:
      return (
        known(decodeResourceConfig(armTypes.hubNetworkConnection, resource.config).networkKey) ??
        known(hubKey()) ??
        resource
      )
    case armTypes.hubBgpConnection: {
      const { networkConnection } = decodeResourceConfig(armTypes.hubBgpConnection, resource.config)
      const within = known(
        networkConnection && `${hubKey()}/hubvirtualnetworkconnections/${networkConnection.toLowerCase()}`,
      )
      return (within && findOwnershipSource(within, byKey)) ?? known(hubKey()) ?? resource
    }
    case armTypes.hubRouteTable:
    case armTypes.hubRoutingIntent:
    case armTypes.hubRouteMap:
    case armTypes.networkConnectivity:
      return known(hubKey()) ?? resource
    default:
      return resource
  }
}

import { armKey, armTypes, owningResource } from '#lib/contract/index.ts'
import { decodeConfig } from './decode-config.ts'

/** A resource, identified by its ARM ID or its key. */
type Listed = { type: string; config: unknown } & ({ resourceId: string } | { armKey: string })

/**
 * Returns the resource whose owner also owns the given resource (docs/rules/customers.md): for a connection its
 * circuit; for a network's connection to a hub the network; for a BGP connection of a hub the network of the appliance;
 * for other resources inside a hub or a network that hub or network. Falls back to the hub and then to the resource
 * itself if the other resource is unknown.
 * @param byKey resources by `armKey`
 */
export function findOwnerThatGives<Resource extends Listed>(
  resource: Resource,
  byKey: ReadonlyMap<string, Resource>,
): Resource {
  const known = (key: string | null) => (key === null ? undefined : byKey.get(key))
  const hubKey = () => armKey(owningResource('armKey' in resource ? resource.armKey : resource.resourceId))
  switch (resource.type) {
    case armTypes.connection:
      return known(decodeConfig(armTypes.connection, resource.config).circuitKey) ?? resource
    case armTypes.hubNetworkConnection:
      return (
        known(decodeConfig(armTypes.hubNetworkConnection, resource.config).networkKey) ?? known(hubKey()) ?? resource
      )
    case armTypes.hubBgpConnection: {
      const { networkConnection } = decodeConfig(armTypes.hubBgpConnection, resource.config)
      const within = known(
        networkConnection && `${hubKey()}/hubvirtualnetworkconnections/${networkConnection.toLowerCase()}`,
      )
      return (within && findOwnerThatGives(within, byKey)) ?? known(hubKey()) ?? resource
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

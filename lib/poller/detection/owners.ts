import { decodeConfig } from '#lib/azure/config/index.ts'
import { armKey, armTypes, type CustomerRules, customerOf, hasCustomers, subscriptionOf } from '#lib/contract/index.ts'
import type { ListedResource, TopologyGroup } from './types.ts'

/**
 * Whose each listed resource is, by scope: the customer's name in lower case, '' = nobody's. A connection is its circuit's customer's.
 * @returns undefined while no customers are declared
 */
export function ownersOf(
  resources: readonly ListedResource[],
  rules: CustomerRules,
): ReadonlyMap<string, string> | undefined {
  if (!hasCustomers(rules)) return undefined
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const ownerGiving = (resource: ListedResource) => {
    if (resource.type !== armTypes.connection) return resource
    const { circuitKey } = decodeConfig(armTypes.connection, resource.config)
    return (circuitKey === null ? undefined : byKey.get(circuitKey)) ?? resource
  }
  return new Map(
    resources.map((resource) => {
      const { id, resourceId, config } = ownerGiving(resource)
      const owner = customerOf({ id, subscriptionId: subscriptionOf(resourceId), config }, rules)
      return [resource.id, owner?.toLowerCase() ?? '']
    }),
  )
}

export const withOwners = (group: TopologyGroup, owners: ReadonlyMap<string, string> | undefined): TopologyGroup =>
  owners ? { ...group, topology: { ...group.topology, owners } } : group

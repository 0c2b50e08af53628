import { ownerGiving } from '#lib/azure/config/index.ts'
import { armKey, type CustomerRules, customerOf, hasCustomers, subscriptionOf } from '#lib/contract/index.ts'
import type { ListedResource, TopologyGroup } from './types.ts'

/**
 * Whose each listed resource is, by scope: the customer's name in lower case, '' = nobody's.
 * @returns undefined while no customers are declared
 */
export function ownersOf(
  resources: readonly ListedResource[],
  rules: CustomerRules,
): ReadonlyMap<string, string> | undefined {
  if (!hasCustomers(rules)) return undefined
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  return new Map(
    resources.map((resource) => {
      const { id, resourceId, config } = ownerGiving(resource, byKey)
      const owner = customerOf({ id, subscriptionId: subscriptionOf(resourceId), config }, rules)
      return [resource.id, owner?.toLowerCase() ?? '']
    }),
  )
}

export const withOwners = (group: TopologyGroup, owners: ReadonlyMap<string, string> | undefined): TopologyGroup =>
  owners ? { ...group, topology: { ...group.topology, owners } } : group

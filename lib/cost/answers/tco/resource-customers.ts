import { findOwnershipSource } from '#lib/azure/config/index.ts'
import { normalizeArmId, findCustomer } from '#lib/contract/index.ts'
import { readOwnedResources, readCustomerRules } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Customer of each resource, by short id; null = it belongs to no customer. */
export type CustomerByResource = ReadonlyMap<string, string | null>

/** Returns the current customer of each resource, by short id. */
export async function readCustomersOfResources(q: SqlExecutor): Promise<CustomerByResource> {
  const rules = await readCustomerRules(q)
  const resources = await readOwnedResources(q)
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.armKey), resource]))
  return new Map(
    resources.map((resource) => {
      const owner = findOwnershipSource(resource, byKey)
      return [resource.shortId, findCustomer({ ...owner, id: owner.shortId }, rules)]
    }),
  )
}

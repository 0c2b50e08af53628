import { findOwnershipSource } from '#lib/azure/config/index.ts'
import { type CustomerRules, findCustomer, hasCustomers } from '#lib/contract/index.ts'
import { readOwnedResources, readCustomerRules, getSharedIds } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor } from '#lib/questions/index.ts'

/**
 * Returns the names of the customers that the caller may see, in alphabetical order. The names come from declarations
 * and from tags of visible resources. If no rules for customers are declared, the list is empty.
 */
export async function readCustomerNames(db: ReadableDatabase): Promise<string[]> {
  const q = getSqlExecutor(db)
  const rules = await readCustomerRules(q)
  if (!hasCustomers(rules)) return []
  const names = new Map(rules.customers.map(({ name }) => [name.toLowerCase(), name]))
  if (rules.tags.length > 0) {
    for (const name of (await ownersOf(q, rules)).values())
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  return [...names.values()].toSorted((a, b) => a.localeCompare(b))
}

/** Name that replaces the customer of a gateway which the caller shares with other customers. */
const SHARED = 'Shared gateways'

/**
 * Returns the customer's name of each visible resource, by short ID. A gateway that is shared with other customers has
 * the name `SHARED`. Resources without a customer are left out.
 */
export async function readCustomersByResource(q: SqlExecutor): Promise<ReadonlyMap<string, string>> {
  const shared = [...getSharedIds(q)].map((id) => [id, SHARED] as const)
  // The entries of shared gateways come last, so that they replace the customer's name. A tag of the gateway's
  // subscription may name a customer whom the caller may not see.
  return new Map([...(await ownersOf(q, await readCustomerRules(q))), ...shared])
}

async function ownersOf(q: SqlExecutor, rules: CustomerRules): Promise<Map<string, string>> {
  const resources = await readOwnedResources(q)
  const byKey = new Map(resources.map((resource) => [resource.armKey, resource]))
  return new Map(
    resources.flatMap((resource): [string, string][] => {
      const asked = findOwnershipSource(resource, byKey)
      const name = findCustomer({ ...asked, id: asked.shortId }, rules)
      return name === null ? [] : [[resource.shortId, name]]
    }),
  )
}

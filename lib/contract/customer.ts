import type { DeclaredCustomer } from './api/declarations.ts'
import { getTags } from './resource-tags.ts'

/** Resource, reduced to the properties that determine to which customer it belongs. */
export interface OwnableResource {
  /** Peerwatch's short id of the resource */
  id: string
  subscriptionId: string
  /** configuration as ARM lists it; only its `tags` are used */
  config: unknown
}

/** Properties of a subscription in ARM. */
export interface SubscriptionDetails {
  tenantId: string | null
  tags: Readonly<Record<string, string>>
  /** ARM's state: Enabled, Warned, PastDue, Disabled; absent = recorded by an earlier version of Peerwatch */
  state?: string | null
}

/** Rules that assign resources to customers. */
export interface CustomerRules {
  customers: readonly DeclaredCustomer[]
  /** names of tags whose value is the name of a customer, in order of precedence */
  tags: readonly string[]
  /** subscriptions that ARM listed, by id in lower case */
  subscriptions: ReadonlyMap<string, SubscriptionDetails>
}

/** Text that is shown to a customer in place of the name of a path that belongs to another customer. */
export const OTHER_CUSTOMERS_PATH_LABEL = "another customer's path"

/**
 * Name in cost lists for costs that belong to no customer. Either the resource has no customer, or several customers
 * use the resource and their usage is not measured.
 */
export const UNALLOCATED_CUSTOMER = 'unallocated'

/** Rules that assign no resource to a customer. */
export const EMPTY_CUSTOMER_ASSIGNMENT_RULES: CustomerRules = { customers: [], tags: [], subscriptions: new Map() }

/** Reports whether there is any declared customer or customer tag; otherwise no resource belongs to a customer. */
export const hasCustomers = ({ customers, tags }: CustomerRules): boolean => customers.length > 0 || tags.length > 0

/**
 * Returns the name of the customer that a resource belongs to (docs/rules/customers.md). The first match in this order
 * counts:
 * - a customer that declares the resource
 * - a customer that declares its subscription
 * - the value of a customer tag of the resource
 * - the value of a customer tag of its subscription
 * - a customer that declares the tenant of the subscription
 * Ids and names are compared ignoring case. If a tag names a declared customer, the declared spelling is returned.
 * @returns null = belongs to no customer
 */
export function findCustomer(resource: OwnableResource, rules: CustomerRules): string | null {
  if (!hasCustomers(rules)) return null
  const { customers } = rules
  const subscriptionId = resource.subscriptionId.toLowerCase()
  const subscription = rules.subscriptions.get(subscriptionId)
  const byHand =
    customers.find(({ circuits }) => circuits.includes(resource.id)) ??
    customers.find(({ subscriptions }) => subscriptions.includes(subscriptionId))
  if (byHand) return byHand.name
  const tagged = tagValue(getTags(resource.config), rules.tags) ?? tagValue(subscription?.tags ?? {}, rules.tags)
  if (tagged !== null) return customers.find(({ name }) => isSameCustomer(name, tagged))?.name ?? tagged
  const tenantId = subscription?.tenantId?.toLowerCase()
  return customers.find(({ tenants }) => tenantId !== undefined && tenants.includes(tenantId))?.name ?? null
}

/** Circuit behind a gateway's BGP neighbor, with the confidence of this mapping. */
interface NeighborMapping {
  circuitId: string
  confidence: 'certain' | 'inferred' | 'unknown'
}

/**
 * Returns the short id of the circuit behind a BGP neighbor. A mapping with unknown confidence is ignored, so that a
 * customer never sees data that may belong to another customer.
 * @returns null = not mapped
 */
export const findMappedCircuit = (mapping: NeighborMapping | null | undefined): string | null =>
  mapping && mapping.confidence !== 'unknown' ? mapping.circuitId : null

/**
 * Returns the short id of the resource whose customer owns a BGP session: the circuit behind the session or, if that is
 * unknown, the gateway.
 */
export const findOwningResource = ({ scope, mapping }: { scope: string; mapping: NeighborMapping | null }): string =>
  findMappedCircuit(mapping) ?? scope

export const isSameCustomer = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : a.toLowerCase() === b.toLowerCase()

function tagValue(tags: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name.toLowerCase())?.[1]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}

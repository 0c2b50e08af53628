import type { DeclaredCustomer } from './api/declarations.ts'
import { tagsOf } from './resource-tags.ts'

/** Properties of a resource that determine its customer. */
export interface Ownable {
  /** Peerwatch's short id of the resource */
  id: string
  subscriptionId: string
  /** configuration as ARM lists it; only its `tags` are used */
  config: unknown
}

/** Properties of a subscription in ARM. */
export interface SubscriptionFacts {
  tenantId: string | null
  tags: Readonly<Record<string, string>>
  /** ARM's state: Enabled, Warned, PastDue, Disabled; absent = recorded by an earlier version of Peerwatch */
  state?: string | null
}

/** Rules that assign resources to customers. */
export interface CustomerRules {
  customers: readonly DeclaredCustomer[]
  /** names of tags whose value is the name of a customer; the first one that a resource has counts */
  tags: readonly string[]
  /** subscriptions that ARM listed, by id in lower case */
  subscriptions: ReadonlyMap<string, SubscriptionFacts>
}

/** Text that replaces the name of a path of another customer. */
export const OTHER_CUSTOMERS_PATH = "another customer's path"

/**
 * Cost bearer of costs that cannot be assigned to a customer, because the resource belongs to no customer, or to
 * several customers whose usage is not measured.
 */
export const UNALLOCATED = 'unallocated'

/** Rules without any customer: everything belongs to the operator of Peerwatch. */
export const NO_CUSTOMERS: CustomerRules = { customers: [], tags: [], subscriptions: new Map() }

/** Reports whether any rule could assign a resource to a customer. */
export const hasCustomers = ({ customers, tags }: CustomerRules): boolean => customers.length > 0 || tags.length > 0

/**
 * Returns the customer that a resource belongs to (docs/rules/customers.md). The first match counts: the customer that
 * declares the resource, the customer that declares its subscription, the value of a tag of the resource, the value of
 * a tag of its subscription, the customer that declares the subscription's tenant. Ids and names are compared ignoring
 * case. A name is returned as declared, or as in the tag if the customer is not declared.
 * @returns null = belongs to no customer
 */
export function findCustomer(resource: Ownable, rules: CustomerRules): string | null {
  if (!hasCustomers(rules)) return null
  const { customers } = rules
  const subscriptionId = resource.subscriptionId.toLowerCase()
  const subscription = rules.subscriptions.get(subscriptionId)
  const byHand =
    customers.find(({ circuits }) => circuits.includes(resource.id)) ??
    customers.find(({ subscriptions }) => subscriptions.includes(subscriptionId))
  if (byHand) return byHand.name
  const tagged = tagValue(tagsOf(resource.config), rules.tags) ?? tagValue(subscription?.tags ?? {}, rules.tags)
  if (tagged !== null) return customers.find(({ name }) => isSameCustomer(name, tagged))?.name ?? tagged
  const tenantId = subscription?.tenantId?.toLowerCase()
  return customers.find(({ tenants }) => tenantId !== undefined && tenants.includes(tenantId))?.name ?? null
}

/** Circuit to which a gateway's neighbor is mapped, with the confidence. */
interface NeighborMapping {
  circuitId: string
  confidence: 'certain' | 'inferred' | 'unknown'
}

/**
 * Returns the circuit to which a neighbor is mapped. A mapping with unknown confidence is ignored, so that a customer
 * never sees data that may belong to another.
 * @returns null = not mapped
 */
export const findMappedCircuit = (mapping: NeighborMapping | null | undefined): string | null =>
  mapping && mapping.confidence !== 'unknown' ? mapping.circuitId : null

/**
 * Returns the short id of the resource that determines a session's customer: its mapped circuit, or its gateway if it
 * is not mapped.
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

import type { DeclaredCustomer } from './api/declarations.ts'
import { tagsOf } from './resource-tags.ts'

/** What of a resource decides its owner. */
export interface Ownable {
  /** Peerwatch's short id */
  id: string
  subscriptionId: string
  /** as ARM lists it; its `tags` are read */
  config: unknown
}

/** What ARM lists of a subscription itself. */
export interface SubscriptionFacts {
  tenantId: string | null
  tags: Readonly<Record<string, string>>
  /** ARM's word: Enabled, Warned, PastDue, Disabled; absent = recorded by an earlier version */
  state?: string | null
}

/** By what resources are assigned to customers. */
export interface CustomerRules {
  customers: readonly DeclaredCustomer[]
  /** names of tags whose value is a customer's name; the first that a resource has counts */
  tags: readonly string[]
  /** by id, lower case; those that ARM listed */
  subscriptions: ReadonlyMap<string, SubscriptionFacts>
}

/** What stands where a path of another customer would be named. */
export const ANOTHERS_PATH = "another customer's path"

/** Who pays where nobody does that is known: of nobody's, or of several and not measured. */
export const UNALLOCATED = 'unallocated'

/** Nobody is assigned to anybody: everything belongs to the one who runs Peerwatch. */
export const NO_CUSTOMERS: CustomerRules = { customers: [], tags: [], subscriptions: new Map() }

/** Whether any rule could assign anything. */
export const hasCustomers = ({ customers, tags }: CustomerRules): boolean => customers.length > 0 || tags.length > 0

/**
 * The customer that a resource belongs to (docs/rules/customers.md). The first that applies: the customer that declares the resource,
 * the one that declares its subscription, the value of a tag of the resource, then of its subscription, the customer that declares the
 * subscription's tenant. Ids and names are compared without regard to case; a name is returned as it is declared, else as the tag has it.
 * @returns null = no customer's
 */
export function customerOf(resource: Ownable, rules: CustomerRules): string | null {
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

/** Which circuit a neighbor of a gateway is mapped to, with what confidence. */
interface NeighborMapping {
  circuitId: string
  confidence: 'certain' | 'inferred' | 'unknown'
}

/**
 * The circuit that a mapping gives a neighbor to. A guess gives it to none, so that nobody is shown what may be another's.
 * @returns null = not mapped
 */
export const mappedCircuit = (mapping: NeighborMapping | null | undefined): string | null =>
  mapping && mapping.confidence !== 'unknown' ? mapping.circuitId : null

/** The resource whose owner a session has: its mapped circuit, and its gateway where it is not mapped. Both are short ids. */
export const resourceOwning = ({ scope, mapping }: { scope: string; mapping: NeighborMapping | null }): string =>
  mappedCircuit(mapping) ?? scope

export const isSameCustomer = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : a.toLowerCase() === b.toLowerCase()

function tagValue(tags: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name.toLowerCase())?.[1]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}

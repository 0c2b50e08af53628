import { type CustomerRules, type Declarations, hasCustomers, NO_CUSTOMERS } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readSubscriptionDetails } from '../store/subscription-facts.ts'
import { readDeclarations } from './config/declarations.ts'

/** Returns the rules that currently assign resources to customers. */
export async function readCustomerRules(db: Queryable): Promise<CustomerRules> {
  return createCustomerRules(db, await readDeclarations(db))
}

/** Returns the rules that assign resources to customers according to given declarations. */
export async function createCustomerRules(
  db: Queryable,
  { customers, customerTags }: Pick<Declarations, 'customers' | 'customerTags'>,
): Promise<CustomerRules> {
  const rules = { ...NO_CUSTOMERS, customers, tags: customerTags.map(({ name }) => name) }
  return hasCustomers(rules) ? { ...rules, subscriptions: await readSubscriptionDetails(db) } : rules
}

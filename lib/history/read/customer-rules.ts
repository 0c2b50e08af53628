import { type CustomerRules, type Declarations, type EpochMs, hasCustomers, NO_CUSTOMERS } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { subscriptionFacts } from '../store/subscription-facts.ts'
import { readDeclarations } from './config/declarations.ts'

/** By what resources are assigned to customers, now or as declared at a moment; tenants and tags of subscriptions are those of now. */
export async function readCustomerRules(db: Queryable, at?: EpochMs): Promise<CustomerRules> {
  return customerRulesOf(db, await readDeclarations(db, at))
}

/** The same where the declarations are at hand. */
export async function customerRulesOf(
  db: Queryable,
  { customers, customerTags }: Pick<Declarations, 'customers' | 'customerTags'>,
): Promise<CustomerRules> {
  const rules = { ...NO_CUSTOMERS, customers, tags: customerTags.map(({ name }) => name) }
  return hasCustomers(rules) ? { ...rules, subscriptions: await subscriptionFacts(db) } : rules
}

import {
  type CustomerRules,
  type Declarations,
  hasCustomers,
  EMPTY_CUSTOMER_ASSIGNMENT_RULES,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readSubscriptionDetails } from '../store/subscription-facts.ts'
import { readCurrentDeclarations } from './config/declarations.ts'

/** Returns the rules that currently assign resources to customers. */
export async function readCustomerRules(db: SqlExecutor): Promise<CustomerRules> {
  return createCustomerRules(db, await readCurrentDeclarations(db))
}

/** Returns the rules that assign resources to customers according to given declarations. */
export async function createCustomerRules(
  db: SqlExecutor,
  { customers, customerTags }: Pick<Declarations, 'customers' | 'customerTags'>,
): Promise<CustomerRules> {
  const rules = { ...EMPTY_CUSTOMER_ASSIGNMENT_RULES, customers, tags: customerTags.map(({ name }) => name) }
  return hasCustomers(rules) ? { ...rules, subscriptions: await readSubscriptionDetails(db) } : rules
}

import { buildCaller } from '#lib/access/index.ts'
import type { AccessScope, RequestCaller } from '#lib/contract/index.ts'
import { ALPHA_TEST_CUSTOMER } from '#lib/questions/testing/shared-hub.ts'

/** A user for whom the referee queries the product. */
export interface RegressionTestUser {
  name: string
  scope: AccessScope
  caller: (id: string) => RequestCaller
}

const person = (name: string, scope: AccessScope): RegressionTestUser => ({
  name,
  scope,
  caller: (id) => buildCaller({ kind: 'person', id, name: 'Ada', role: 'admin', scope }),
})

/** A user who sees everything. */
export const USER_WITH_FULL_ACCESS = person('whole', 'everything')

/**
 * A user who sees two customers: a customer of the demo whose circuit is connected to another customer's hub, and one
 * of two customers that share a hub.
 */
export const USER_OF_TWO_CUSTOMERS = person('part', {
  subscriptions: [],
  customers: ['Northwind', ALPHA_TEST_CUSTOMER.customer],
})

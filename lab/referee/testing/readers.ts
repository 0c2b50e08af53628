import { buildCaller } from '#lib/access/index.ts'
import type { AccessScope, Caller } from '#lib/contract/index.ts'
import { ALPHA } from '#lib/questions/testing/shared-hub.ts'

/** A user for whom the referee queries the product. */
export interface Reader {
  name: string
  scope: AccessScope
  caller: (id: string) => Caller
}

const person = (name: string, scope: AccessScope): Reader => ({
  name,
  scope,
  caller: (id) => buildCaller({ kind: 'person', id, name: 'Ada', role: 'admin', scope }),
})

/** A user who sees everything. */
export const WHOLE = person('whole', 'everything')

/**
 * A user who sees two customers: a customer of the demo whose circuit is connected to another customer's hub, and one
 * of two customers that share a hub.
 */
export const PART = person('part', { subscriptions: [], customers: ['Northwind', ALPHA.customer] })

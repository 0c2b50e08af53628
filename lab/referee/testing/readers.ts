import { callerWith } from '#lib/access/index.ts'
import type { AccessScope, Caller } from '#lib/contract/index.ts'
import { ALPHA } from '#lib/questions/testing/shared-hub.ts'

/** Somebody whom the referee asks for. */
export interface Reader {
  name: string
  scope: AccessScope
  caller: (id: string) => Caller
}

const person = (name: string, scope: AccessScope): Reader => ({
  name,
  scope,
  caller: (id) => callerWith({ kind: 'person', id, name: 'Ada', role: 'admin', scope }),
})

/** Sees everything. */
export const WHOLE = person('whole', 'everything')

/** Sees two customers: one of the demo, whose circuit lands on another's hub, and one of two that share a hub. */
export const PART = person('part', { subscriptions: [], customers: ['Northwind', ALPHA.customer] })

import type { DeclaredCustomer } from '#lib/contract/index.ts'
import { createBuiltInEstate } from '../simulator/index.ts'

/**
 * Owners of the subscriptions of the built-in estate. A subscription's name begins with the name of its owner. The
 * circuit of Northwind in the UK is connected to Contoso's hub.
 */
const OWNERS = ['Contoso', 'Northwind', 'Tailspin'] as const

/** The customers that the demo declares at its first start. */
export const DEMO_CUSTOMERS: DeclaredCustomer[] = OWNERS.map((name) => ({
  name,
  connect: null,
  circuits: [],
  tenants: [],
  subscriptions: createBuiltInEstate([]).subscriptions.flatMap((one) => (one.name.startsWith(name) ? [one.id] : [])),
}))

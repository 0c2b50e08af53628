import type { DeclaredCustomer } from '#lib/contract/index.ts'
import { estateIn } from '../simulator/index.ts'

/** Whose subscriptions of the built-in estate are, by how their names begin. Northwind's circuit in the UK lands on Contoso's hub. */
const OWNERS = ['Contoso', 'Northwind', 'Tailspin'] as const

/** The customers that the demo declares at its first start. */
export const DEMO_CUSTOMERS: DeclaredCustomer[] = OWNERS.map((name) => ({
  name,
  connect: null,
  circuits: [],
  tenants: [],
  subscriptions: estateIn([]).subscriptions.flatMap((one) => (one.name.startsWith(name) ? [one.id] : [])),
}))

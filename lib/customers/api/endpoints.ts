import { z } from 'zod'
import { endpoint, listParameters, pageOf } from '#lib/contract/index.ts'

/** A customer with the resources that belong to it (docs/rules/customers.md). */
export const customer = z.object({
  name: z.string().nullable().describe('null = what no rule assigns to anybody'),
  connect: z.enum(['through', 'to']).nullable().describe('as declared: connect-through or connect-to'),
  subscriptions: z
    .array(z.object({ id: z.string(), name: z.string().nullable(), tenantId: z.string().nullable() }))
    .describe('those that his circuits and gateways are in, and those that are declared as his'),
  circuits: z.array(z.object({ id: z.string(), name: z.string() })),
  gateways: z.array(z.object({ id: z.string(), name: z.string() })),
  sessions: z.object({ up: z.int(), down: z.int(), unknown: z.int(), other: z.int() }).describe('by verdict'),
  openIncidents: z.int().describe('those that go on: neither recovered nor planned'),
})
export type Customer = z.infer<typeof customer>

export const endpoints = {
  customers: endpoint('/customers', 'read', {
    summary: 'Customers with what belongs to them, by name; last what belongs to none',
    parameters: listParameters,
    response: pageOf(customer),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

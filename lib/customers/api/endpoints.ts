import { z } from 'zod'
import { defineEndpoint, listParameters, createPageSchema } from '#lib/contract/index.ts'

/** A customer with the resources that belong to it (docs/rules/customers.md). */
export const customerSchema = z.object({
  name: z.string().nullable().describe('null = resources that no rule assigns to a customer'),
  connect: z.enum(['through', 'to']).nullable().describe('as declared: connect-through or connect-to'),
  subscriptions: z
    .array(z.object({ id: z.string(), name: z.string().nullable(), tenantId: z.string().nullable() }))
    .describe(
      "subscriptions of the customer's circuits, gateways, ports and LAGs, and subscriptions declared for the customer",
    ),
  circuits: z.array(z.object({ id: z.string(), name: z.string() })),
  gateways: z.array(z.object({ id: z.string(), name: z.string() })),
  sessions: z
    .object({ up: z.int(), down: z.int(), unknown: z.int(), other: z.int() })
    .describe('number of sessions by verdict'),
  openIncidents: z.int().describe('number of ongoing incidents, without recovered incidents and planned work'),
})
export type Customer = z.infer<typeof customerSchema>

export const endpoints = {
  customers: defineEndpoint('/customers', 'read', {
    summary: 'Customers with their resources, by name; resources without a customer come last',
    parameters: listParameters,
    response: createPageSchema(customerSchema),
  }),
}

export type CustomersEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

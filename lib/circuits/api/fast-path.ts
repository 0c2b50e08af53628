import { z } from 'zod'

/**
 * A finding about FastPath. `breaks`: the traffic in `text` passes the gateway although FastPath is on. `unknown`: this
 * cannot be determined, because ARM does not report a fact or the resource is not polled.
 */
const fastPathFinding = z.object({ state: z.enum(['breaks', 'unknown']), text: z.string() })
export type FastPathFinding = z.infer<typeof fastPathFinding>

/**
 * FastPath of an ExpressRoute connection: traffic to Azure goes directly to virtual machines and not through the
 * gateway.
 */
export const fastPathSchema = z.object({
  on: z.boolean().nullable(),
  supported: z.boolean().nullable().describe('whether the SKU of the gateway supports FastPath; null = unknown'),
  addressLimit: z
    .number()
    .int()
    .nullable()
    .describe(
      'maximum number of virtual network addresses for which FastPath works (for ExpressRoute Direct: of the port, for all circuits); traffic to further addresses passes the gateway; null = unknown',
    ),
  routes: z
    .number()
    .int()
    .nullable()
    .describe(
      'number of addresses to which FastPath currently has routes, from Azure Monitor (of the circuit; for ExpressRoute Direct of its port); null = no recent value',
    ),
  findings: z.array(fastPathFinding).describe('findings about a connection with FastPath'),
  source: z.string().describe('URL of the documentation of the rule'),
})
export type FastPath = z.infer<typeof fastPathSchema>

import { z } from 'zod'

/**
 * A finding about FastPath. `breaks`: the described traffic uses the gateway in spite of FastPath. `unknown`: ARM does
 * not report the necessary fact, or it is not polled.
 */
const fastPathFinding = z.object({ state: z.enum(['breaks', 'unknown']), text: z.string() })
export type FastPathFinding = z.infer<typeof fastPathFinding>

/**
 * FastPath of an ExpressRoute connection: traffic to Azure goes directly to virtual machines and not through the
 * gateway.
 */
export const fastPath = z.object({
  on: z.boolean().nullable(),
  supported: z.boolean().nullable().describe('by the SKU of the gateway; null = not known'),
  addressLimit: z
    .number()
    .int()
    .nullable()
    .describe(
      'addresses of virtual networks that it has room for (of ExpressRoute Direct: the port, for all circuits); what is beyond passes the gateway; null = not known',
    ),
  routes: z
    .number()
    .int()
    .nullable()
    .describe(
      'addresses that FastPath has routes to now, by Azure Monitor at the circuit, of ExpressRoute Direct at its port; null = not reported lately',
    ),
  findings: z.array(fastPathFinding).describe('of a connection with FastPath'),
  source: z.string().describe('address of the documentation that it rests on'),
})
export type FastPath = z.infer<typeof fastPath>

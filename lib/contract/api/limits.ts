import { z } from 'zod'

export const azureLimitNames = [
  'vnet_links',
  'connections',
  'circuits_in_location',
  'learned_prefixes',
  'advertised_prefixes',
  'fastpath_routes',
  'hub_prefixes',
  'hub_peer_prefixes',
  'user_vpn_clients',
  'circuits_in_region',
  'circuits_in_subscription',
] as const

/** Current usage of one limit that Azure sets for a resource, for example the number of connections of a circuit. */
export const limitUseSchema = z.object({
  name: z.enum(azureLimitNames),
  limit: z.number().int(),
  count: z.number().int(),
  share: z.number().describe('count / limit'),
  limitAtMost: z
    .number()
    .int()
    .optional()
    .describe('for a gateway that scales: limit at its maximum number of scale units'),
  isAtLeast: z.boolean().optional().describe('true = `count` is a lower bound, because some data was not read'),
  note: z.string().nullable().describe('remark about the count, for example what it leaves out'),
  source: z.string().describe('URL of the documentation of the limit'),
})
export type AzureLimitUse = z.infer<typeof limitUseSchema>

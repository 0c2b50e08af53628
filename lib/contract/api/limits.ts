import { z } from 'zod'

export const limitNames = [
  'vnet_links',
  'connections',
  'circuits_in_location',
  'learned_prefixes',
  'advertised_prefixes',
  'fastpath_routes',
  'hub_prefixes',
  'circuits_in_region',
  'circuits_in_subscription',
] as const

/** Current usage of one limit that Azure sets for a resource, for example the number of connections of a circuit. */
export const limitUse = z.object({
  name: z.enum(limitNames),
  limit: z.number().int(),
  count: z.number().int(),
  share: z.number().describe('count / limit'),
  limitAtMost: z.number().int().optional().describe('of a gateway that scales: the limit at its most scale units'),
  note: z.string().nullable().describe('what the count leaves out, or is about'),
  source: z.string().describe('address of the documentation that states the limit'),
})
export type LimitUse = z.infer<typeof limitUse>

import { z } from 'zod'
import { costMoney, instant } from '#lib/contract/index.ts'
import { moneyTotals } from './cost.ts'

const tcoKinds = [
  'circuit',
  'premium',
  'metered_data',
  'global_reach',
  'gateway',
  'fastpath_gateway',
  'vnet_peering_in',
  'vnet_peering_out',
  'hub_data',
  'hub_router',
  'hub_firewall',
  'provider_l2',
  'cross_connect_monthly',
  'cross_connect_once',
  'colocation',
  'direct_port',
] as const
const tcoRow = z.object({
  kind: z.enum(tcoKinds),
  circuitId: z.string().nullable(),
  resourceId: z.string().nullable(),
  customer: z
    .string()
    .describe('a customer; a subscription until customers exist; "unallocated" = no customer’s, or not known whose'),
  name: z.string(),
  quantity: z.string().nullable(),
  unit: z.string(),
  unitPrice: costMoney.nullable(),
  cost: costMoney.nullable().describe('null = the price is not known, and it is not in any sum'),
  costAtMost: costMoney.optional().describe('of a gateway that scales by load: at the most units; in no sum'),
  note: z.string(),
})
export type TcoRow = z.infer<typeof tcoRow>

export const costTco = z.object({
  from: instant,
  to: instant,
  months: z.number().int(),
  rows: z.array(tcoRow),
  perCircuit: z.array(
    z.object({
      circuitId: z.string(),
      totals: moneyTotals,
      perGb: moneyTotals,
      gbTransferred: z.string(),
      unpriced: z.number().int(),
    }),
  ),
  perCustomer: z.array(
    z.object({
      customer: z.string().describe('a customer’s name, a subscription’s id until customers exist, or `unallocated`'),
      name: z.string().nullable().default(null).describe('what the subscription is called; null = not known'),
      totals: moneyTotals.describe('over all customers and `unallocated`, exactly the totals of the whole'),
      atMost: moneyTotals.describe(
        'with all of the shared circuits and gateways of which nobody knows who carried how much; as totals where that is known',
      ),
      unpriced: z.number().int().default(0).describe('rows, of those that he may share in too, that are in no sum'),
    }),
  ),
  totals: moneyTotals,
  gatewaysSaved: z
    .array(
      z.object({
        hub: z.string(),
        gateways: z.number().int(),
        perMonth: costMoney,
        peeringAtMostPerMonth: costMoney
          .nullable()
          .describe('as if all that passed the circuits went on over a peering: what passes peerings is not polled'),
      }),
    )
    .describe('spokes that use the gateway of a hub instead of one of their own, and what the peering costs instead'),
})
export type CostTco = z.infer<typeof costTco>
export type StoredTco = z.input<typeof costTco>

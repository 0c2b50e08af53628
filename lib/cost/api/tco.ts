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
    .describe('customer, or subscription until customers are declared; "unallocated" = no customer, or unknown'),
  name: z.string(),
  quantity: z.string().nullable(),
  unit: z.string(),
  unitPrice: costMoney.nullable(),
  cost: costMoney.nullable().describe('null = the price is unknown, so that no sum includes it'),
  costAtMost: costMoney
    .optional()
    .describe('for a gateway that scales by load: cost at the maximum number of units; no sum includes it'),
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
      customer: z
        .string()
        .describe('name of a customer, id of a subscription until customers are declared, or `unallocated`'),
      name: z.string().nullable().default(null).describe('name of the subscription; null = unknown'),
      totals: moneyTotals.describe('sums over all customers and `unallocated` equal the totals'),
      atMost: moneyTotals.describe(
        'maximum: includes all of the shared circuits and gateways whose division is unknown; equal to totals if it is known',
      ),
      unpriced: z
        .number()
        .int()
        .default(0)
        .describe('number of rows without a price, including rows of which the customer may have a share'),
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
          .describe(
            'maximum, as if all traffic of the circuits continued over a peering, because traffic of peerings is not measured',
          ),
      }),
    )
    .describe('networks that use the gateway of a hub instead of their own gateway, and the cost of the peering'),
})
export type CostTco = z.infer<typeof costTco>
export type StoredTco = z.input<typeof costTco>

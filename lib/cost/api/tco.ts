import { z } from 'zod'
import { costMoneySchema, instantCodec } from '#lib/contract/index.ts'
import { moneyTotalsSchema } from './cost.ts'

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
  unitPrice: costMoneySchema.nullable(),
  cost: costMoneySchema.nullable().describe('null = the price is unknown, so that no sum includes it'),
  costAtMost: costMoneySchema
    .optional()
    .describe('for a gateway that scales by load: cost at the maximum number of units; no sum includes it'),
  note: z.string(),
})
export type TcoRow = z.infer<typeof tcoRow>

export const costTcoSchema = z.object({
  from: instantCodec,
  to: instantCodec,
  months: z.number().int(),
  rows: z.array(tcoRow),
  perCircuit: z.array(
    z.object({
      circuitId: z.string(),
      totals: moneyTotalsSchema,
      perGb: moneyTotalsSchema,
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
      totals: moneyTotalsSchema.describe('sums over all customers and `unallocated` equal the totals'),
      atMost: moneyTotalsSchema.describe(
        'maximum: includes all of the shared circuits and gateways whose division is unknown; equal to totals if it is known',
      ),
      unpriced: z
        .number()
        .int()
        .default(0)
        .describe('number of rows without a price, including rows of which the customer may have a share'),
    }),
  ),
  totals: moneyTotalsSchema,
  gatewaysSaved: z
    .array(
      z.object({
        hub: z.string(),
        gateways: z.number().int(),
        perMonth: costMoneySchema,
        peeringAtMostPerMonth: costMoneySchema
          .nullable()
          .describe(
            'maximum, as if all traffic of the circuits continued over a peering, because traffic of peerings is not measured',
          ),
      }),
    )
    .describe('networks that use the gateway of a hub instead of their own gateway, and the cost of the peering'),
})
export type CostTco = z.infer<typeof costTcoSchema>
export type StoredTco = z.input<typeof costTcoSchema>

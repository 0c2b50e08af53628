import { z } from 'zod'
import { costMoneySchema, instantCodec } from '#lib/contract/index.ts'

const reconcileReasons = ['discount', 'zone', 'late_records', 'gb_definition', 'scale_units', 'unexplained'] as const
const reconciledMeter = z.object({
  meter: z.string(),
  kind: z.enum(['gateway', 'circuit', 'data', 'other']),
  quantity: z
    .object({ projected: z.string().nullable(), billed: z.string().nullable() })
    .describe('decimal numbers in the unit of the meter'),
  projected: costMoneySchema.nullable(),
  billed: costMoneySchema.nullable(),
  difference: costMoneySchema
    .nullable()
    .describe(
      'billed minus forecast amount; null = two currencies, or the missing amount may be in an unread part of the bill',
    ),
  parts: z.array(z.object({ reason: z.enum(reconcileReasons), amount: costMoneySchema, words: z.string() })),
})
export type ReconciledMeter = z.infer<typeof reconciledMeter>

const billOutcome = z.enum(['never', 'ok', 'incomplete', 'failed'])

export const costReconcileSchema = z.object({
  month: z.string().describe('YYYY-MM'),
  from: instantCodec,
  to: instantCodec.describe('exclusive; whole days only'),
  readAt: instantCodec.nullable().describe('last time at which a bill was read; null = never'),
  outcome: billOutcome.describe(
    'worst outcome of the bills: failed = the last attempt, incomplete = some rows could not be read',
  ),
  error: z.string().nullable().describe('missing part of each bill, with the reason, one after the other'),
  complete: z.boolean().describe('false = a bill or a part of it was not read, so that the sums contain only the rest'),
  bills: z
    .array(
      z.object({
        subscriptionId: z.string(),
        name: z.string().nullable(),
        readAt: instantCodec.nullable().describe('null = never'),
        outcome: billOutcome,
        missing: z.string().nullable().describe('missing part of this month, with the reason; null = complete'),
      }),
    )
    .describe('bills of the subscriptions with resources in this comparison'),
  days: z.int(),
  missingDays: z.int().describe('days of the month without records on any bill'),
  gb: z.object({
    bytes: z.int(),
    calibrated: z.boolean(),
    words: z
      .string()
      .describe('explanation of the size of a billed GB that was inferred, or the reason why it could not be'),
  }),
  resources: z.array(
    z.object({
      circuitId: z.string().nullable().describe('null = the resource is not a circuit'),
      resourceId: z.string(),
      name: z.string(),
      billMissing: z
        .string()
        .nullable()
        .describe("missing part of the resource's bill, with the reason; null = complete"),
      measuredDays: z.int().nullable().describe('days whose measured bytes are compared with the bill; null = none'),
      meters: z.array(reconciledMeter),
    }),
  ),
  totals: z
    .array(
      z.object({
        projected: costMoneySchema,
        billed: costMoneySchema,
        difference: costMoneySchema,
        unexplained: costMoneySchema,
      }),
    )
    .describe('one total for each currency, over the meters with a difference'),
})
export type CostReconcile = z.infer<typeof costReconcileSchema>

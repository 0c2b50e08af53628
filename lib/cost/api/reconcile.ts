import { z } from 'zod'
import { costMoney, instant } from '#lib/contract/index.ts'

const reconcileReasons = ['discount', 'zone', 'late_records', 'gb_definition', 'scale_units', 'unexplained'] as const
const reconciledMeter = z.object({
  meter: z.string(),
  kind: z.enum(['gateway', 'circuit', 'data', 'other']),
  quantity: z
    .object({ projected: z.string().nullable(), billed: z.string().nullable() })
    .describe("decimal numbers in the meter's unit"),
  projected: costMoney.nullable(),
  billed: costMoney.nullable(),
  difference: costMoney
    .nullable()
    .describe(
      'billed less projected; null = they are in two currencies, or what is not on the bill may be in what was not read of it',
    ),
  parts: z.array(z.object({ reason: z.enum(reconcileReasons), amount: costMoney, words: z.string() })),
})
export type ReconciledMeter = z.infer<typeof reconciledMeter>

const billOutcome = z.enum(['never', 'ok', 'incomplete', 'failed'])

export const costReconcile = z.object({
  month: z.string().describe('YYYY-MM'),
  from: instant,
  to: instant.describe('not included; whole days only'),
  readAt: instant.nullable().describe('when a bill was last read; null = never'),
  outcome: billOutcome.describe(
    'the worst of the bills: failed = the last attempt, incomplete = rows could not be read',
  ),
  error: z.string().nullable().describe('what is missing of each bill, and why, one after the other'),
  complete: z.boolean().describe('false = a bill, or a part of one, was not read: the sums are of what was'),
  bills: z
    .array(
      z.object({
        subscriptionId: z.string(),
        name: z.string().nullable(),
        readAt: instant.nullable().describe('null = never'),
        outcome: billOutcome,
        missing: z.string().nullable().describe('what of this month was not read, and why; null = all of it was'),
      }),
    )
    .describe('of each subscription that has something here'),
  days: z.int(),
  missingDays: z.int().describe('of them, days that no bill has a record of yet'),
  gb: z.object({
    bytes: z.int(),
    calibrated: z.boolean(),
    words: z.string().describe('what a billed GB was matched to, or why it was not'),
  }),
  resources: z.array(
    z.object({
      circuitId: z.string().nullable().describe('null = no circuit'),
      resourceId: z.string(),
      name: z.string(),
      billMissing: z.string().nullable().describe('what of its bill was not read, and why; null = all of it was'),
      measuredDays: z.int().nullable().describe('days whose bytes are held against the bill; null = it has none'),
      meters: z.array(reconciledMeter),
    }),
  ),
  totals: z
    .array(z.object({ projected: costMoney, billed: costMoney, difference: costMoney, unexplained: costMoney }))
    .describe('one for each currency; of meters that have a difference'),
})
export type CostReconcile = z.infer<typeof costReconcile>

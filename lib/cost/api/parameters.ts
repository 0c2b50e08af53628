import { z } from 'zod'
import { customerParameter, idParameter } from '#lib/contract/index.ts'
import { costPlans, costTiers, isoWeek } from './cost.ts'
import { oneOf } from '#lib/contract/api/one-of.ts'

const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'send a month such as 2026-11')
  .describe('billing month, UTC; the current one when not given')
  .optional()
const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `send a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value <= most, `send a whole number from 1 to ${most}`)
    .meta({ type: 'integer', minimum: 1, maximum: most, pattern: undefined })

/** Without a sign: what is sent in an address is a price or a quantity. */
const amount = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'send a decimal number such as 0.02')

export const costProjectionsParameters = z.strictObject({ month, customer: customerParameter })
export const costWeeklyParameters = z.strictObject({
  week: isoWeek.describe('ISO week such as 2026-W47; the current one when not given').optional(),
  customer: customerParameter,
})
export const costTcoParameters = z.strictObject({
  months: wholeNumber(6).default(1).describe('so many billing months, the current one last'),
  customer: customerParameter,
})
export const costWhatIfParameters = z.strictObject({
  circuit: idParameter,
  plan: z.enum(costPlans, `send ${oneOf(costPlans)}`).optional(),
  tier: z.enum(costTiers, `send ${oneOf(costTiers)}`).optional(),
  bandwidthMbps: wholeNumber(100_000).describe('Mb/s').optional(),
  second: z.enum(['true', 'false'], 'send true or false').describe('another circuit like it beside it').optional(),
  globalReach: z
    .enum(['true', 'false'], 'send true or false')
    .describe('Global Reach added, at the fee that is declared for the circuit unless reachMonthly is sent')
    .optional(),
  reachMonthly: amount.describe("Global Reach's fee a month, in the circuit's currency").optional(),
  reachPerGb: amount
    .describe('what a GB sent over Global Reach costs: out in the zone of this circuit and in in that of the far one')
    .optional(),
  reachGb: amount.describe('GB sent over Global Reach in a month').optional(),
  reachPerGbIn: amount
    .describe('what a GB received over it costs: out in the far zone and in in this one; reachPerGb unless sent')
    .optional(),
  reachGbIn: amount.describe('GB received over it in a month').optional(),
  direct: z
    .enum(['true', 'false'], 'send true or false')
    .describe(
      'on an ExpressRoute Direct port pair, at the price that is declared for the circuit unless directMonthly is sent',
    )
    .optional(),
  directMonthly: amount.describe("the port pair's price a month, in the circuit's currency").optional(),
})

export type CostProjectionsParameters = z.output<typeof costProjectionsParameters>
export type CostWeeklyParameters = z.output<typeof costWeeklyParameters>
export type CostTcoParameters = z.output<typeof costTcoParameters>
export type CostWhatIfParameters = z.output<typeof costWhatIfParameters>

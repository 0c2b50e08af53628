import { z } from 'zod'
import { byteCountSchema, circuitPaths, costMoneySchema, instantTextSchema } from '#lib/contract/index.ts'

export const costPlans = ['metered', 'unlimited', 'local'] as const
export type CostPlan = (typeof costPlans)[number]
export const costTiers = ['Local', 'Standard', 'Premium'] as const
export type CostTier = (typeof costTiers)[number]
/**
 * Possible ways to change a circuit to another offer: by changing the existing circuit (`in_place`), by ordering a new
 * circuit, or not at all.
 */
export const costChangeMethods = ['in_place', 'new_circuit', 'impossible'] as const
export type CostChangeMethod = (typeof costChangeMethods)[number]
const costActions = ['stay', 'switch', 'too_close', 'too_early', 'unpriced'] as const
export type CostAction = (typeof costActions)[number]
/**
 * Possible sources of a price list: the Retail Prices API, the dated list that is shipped with Peerwatch (`snapshot`),
 * or a list that an operator loaded (`negotiated`).
 */
const priceSources = ['retail', 'snapshot', 'negotiated'] as const

export const moneyPercentilesSchema = z.object({ p10: costMoneySchema, p50: costMoneySchema, p90: costMoneySchema })
export type MoneyPercentiles = z.infer<typeof moneyPercentilesSchema>
const byteBand = z.object({ p10: byteCountSchema, p50: byteCountSchema, p90: byteCountSchema })
export type BytePercentiles = z.infer<typeof byteBand>

const costGap = z.object({
  from: instantTextSchema,
  to: instantTextSchema,
  seconds: z.number().describe('seconds without measurement between from and to'),
  atMostBytes: byteCountSchema
    .nullable()
    .describe(
      'bytes that both paths could have carried in this time (the minimum is 0); null = the bandwidth is unknown',
    ),
})

/**
 * Kinds of obstacles to an offer (plan, tier and bandwidth of a circuit). A `refusal` means that the offer is never
 * recommended. A `question` must be answered before the offer can be recommended.
 */
const costHindranceKinds = ['refusal', 'question'] as const
const costHindrance = z.object({
  kind: z.enum(costHindranceKinds),
  words: z.string(),
  ask: z.string().nullable().describe('question to send, and its recipient; null = there is no recipient for it'),
})
export type CostHindrance = z.infer<typeof costHindrance>

/** How a recommended change can be undone, that is, how the circuit returns to its previous offer. */
export const costReversalSchema = z.object({
  change: z.enum(['in_place', 'new_circuit']),
  cost: costMoneySchema.nullable().describe("one-time cost; null = the provider's part is not declared"),
  days: z.number().int().describe('days with two circuits in parallel, after the provider delivered the new circuit'),
  words: z.string(),
})
export type CostReversal = z.infer<typeof costReversalSchema>

export const costPaybackSchema = z.object({
  months: z
    .number()
    .nullable()
    .describe(
      'months until the least likely saving has paid the one-time cost of the change; null = unknown, or never',
    ),
  cost: costMoneySchema
    .nullable()
    .describe(
      "one-time cost: both circuits in parallel, the provider's part, the rest of its contract; null = unknown",
    ),
  missing: z.array(z.string()).describe('facts that are not declared; empty = the cost is known'),
  words: z.string(),
})
export type CostPayback = z.infer<typeof costPaybackSchema>

const planActors = ['you', 'provider', 'azure'] as const
/** One step of a change to another offer. The steps are listed in the order in which they are done. */
export const costPlanStepSchema = z.object({
  title: z.string(),
  by: z.enum(planActors),
  words: z.string(),
  breaks: z.string().nullable().describe('interruption during the step, with its duration; null = none'),
  commands: z.array(z.string()),
  proof: z.string().nullable().describe('sign of success that Peerwatch shows afterwards'),
})
export type CostPlanStep = z.infer<typeof costPlanStepSchema>

/**
 * An offer (plan, tier and bandwidth) that has a price at the circuit's location, with its cost for the month. The list
 * of offers also contains the current offer, and offers to which the circuit cannot change (`change` is then
 * `impossible`).
 */
export const costOptionSchema = z.object({
  plan: z.enum(costPlans),
  tier: z.enum(costTiers),
  bandwidthMbps: z.number().int(),
  current: z.boolean(),
  p10: costMoneySchema,
  p50: costMoneySchema,
  p90: costMoneySchema,
  difference: costMoneySchema.nullable().default(null).describe('p50 minus the p50 of the current offer'),
  change: z.enum(costChangeMethods),
  blockedBy: z.array(z.string()).describe('circumstances that prevent the change, or may prevent it, as text'),
  hindrances: z
    .array(costHindrance)
    .default([])
    .describe('the same circumstances, each with the question that can resolve it'),
  oneWay: z.boolean().describe('true = the change cannot be reverted in place'),
})
export type CostOption = z.infer<typeof costOptionSchema>

/**
 * Confidence in the saving of a recommendation. It differs from the confidence in the forecast of the month, and does
 * not contain whether Azure documents the change.
 */
const costConfidence = z.object({
  word: z.enum(['certain', 'high', 'good', 'medium', 'low', 'unknown']),
  basis: z
    .enum(['flat_prices', 'any_traffic', 'forecast'])
    .describe(
      'flat_prices = the saving does not depend on the bytes; any_traffic = the recommendation does not depend on the bytes',
    ),
  chance: z
    .number()
    .nullable()
    .describe(
      'probability that the offer saves money; for `stay` without open questions: that other offers save too little. null = no past forecast can be checked yet',
    ),
  words: z.string(),
})
export type CostConfidence = z.infer<typeof costConfidence>
/** Confidence in the saving of a recommendation; null in reviews that were stored before this field was added. */
export const recommendationConfidence = costConfidence.nullable().default(null)

const costTarget = costOptionSchema.pick({ plan: true, tier: true, bandwidthMbps: true })

/**
 * An offer that would save money if certain open questions get a favorable answer. Until then, totals do not include
 * its saving.
 */
const costAsk = z.object({
  to: costTarget,
  saving: moneyPercentilesSchema,
  change: z.enum(costChangeMethods),
  oneWay: z.boolean(),
  questions: z.array(z.string()),
  words: z.string(),
  payback: costPaybackSchema,
  reversal: costReversalSchema,
  plan: z.array(costPlanStepSchema),
  confidence: recommendationConfidence,
})
export type CostOpenQuestion = z.infer<typeof costAsk>

const costRecommendation = z.object({
  action: z.enum(costActions),
  to: costTarget.nullable(),
  saving: moneyPercentilesSchema
    .nullable()
    .describe('saving per month compared with staying; negative = additional cost'),
  reason: z.string(),
  payback: costPaybackSchema.nullable().default(null).describe('null = no change is recommended'),
  reversal: costReversalSchema.nullable().default(null),
  plan: z.array(costPlanStepSchema).default([]).describe('steps of the change, in order'),
  steps: z
    .int()
    .optional()
    .describe('number of steps of the change, if `plan` is left out of a brief review; absent = `plan` is complete'),
  asks: z
    .array(costAsk)
    .default([])
    .describe('offers that save more but depend on open questions; the best first. No sum includes them'),
  declined: z
    .array(z.object({ to: costTarget, saving: moneyPercentilesSchema, reason: z.string() }))
    .optional()
    .describe(
      'other plans with the same bandwidth that save more than the recommended change and are not recommended, each with the reason; the largest saving first. Absent = there is no such plan',
    ),
  confidence: recommendationConfidence.describe('null = no decision'),
})
export type CostRecommendation = z.infer<typeof costRecommendation>

const costPastError = z.object({
  mape: z
    .number()
    .nullable()
    .describe(
      'mean of |forecast - actual value| / actual value at this day of past months; null = no past forecast can be checked yet',
    ),
  bandHeld: z.number().nullable().describe('share of past bounds that contained the actual value'),
  months: z.number().int().describe('number of past 30-day windows in the evaluation; they overlap'),
})

export const costPriceSheetSchema = z.object({
  source: z.enum(priceSources),
  readAt: instantTextSchema,
  ageDays: z.number(),
  currency: z.string(),
})

/** One line of the projected cost of a month, as on a bill. */
const costLine = z.object({
  meter: z.string(),
  kind: z.enum(['circuit', 'data']),
  from: instantTextSchema,
  to: instantTextSchema,
  zone: z.string(),
  unit: z.enum(['Months', 'GB', 'GiB']),
  unitPrice: costMoneySchema,
  listUnitPrice: costMoneySchema
    .optional()
    .describe(
      'list price, if an override replaces it; absent = the list price applies, or the price is not in the list',
    ),
  quantity: z.object({ p10: z.string(), p50: z.string(), p90: z.string() }),
  cost: moneyPercentilesSchema,
})
export type CostLine = z.infer<typeof costLine>

export const costProjectionSchema = z.object({
  circuitId: z.string(),
  name: z.string(),
  month: z.object({ from: instantTextSchema, to: instantTextSchema }),
  zone: z.string().nullable(),
  plan: z.enum(costPlans).nullable(),
  tier: z.enum(costTiers).nullable(),
  bandwidthMbps: z.number().int().nullable(),
  unpricedBecause: z.string().nullable().describe('reason why the circuit has no price; null = it has a price'),
  billedBytesToDate: byteCountSchema.describe(
    'measured billable bytes: traffic from Azure over both paths, without Global Reach; /cost/reconcile has the bytes that Azure billed',
  ),
  billedBytesAtMost: byteCountSchema
    .nullable()
    .describe('maximum if the paths were fully used in all gaps; null = the bandwidth is unknown'),
  coveredShare: z.number().describe('measured share of the month so far'),
  gaps: z.array(costGap),
  termsUnread: z
    .array(z.object({ from: instantTextSchema, to: instantTextSchema }))
    .default([])
    .describe('times of more than an hour in this month in which the billing terms were not polled'),
  costToDate: costMoneySchema
    .nullable()
    .describe('estimate: measured bytes at the prices in force; /cost/reconcile has the cost that Azure billed'),
  assumedToDate: costMoneySchema
    .nullable()
    .default(null)
    .describe('part of costToDate in the times of termsUnread, computed with the nearest known terms; null = none'),
  forecast: byteBand.nullable().describe('bytes of the whole month; null = too early for a forecast'),
  forecastBasis: z.string().describe('basis of the forecast, as text'),
  p95Mbps: z
    .number()
    .nullable()
    .default(null)
    .describe(
      '95th percentile of the hours of the last 30 days: traffic of both paths together, in the busier direction; null = too little is known',
    ),
  busiestHourMbps: z
    .number()
    .nullable()
    .default(null)
    .describe('busiest hour of the last 30 days, computed in the same way'),
  busiestFiveMinutesMbps: z
    .number()
    .nullable()
    .default(null)
    .describe('busiest five minutes, computed in the same way; null = too little is known'),
  takesOver: z
    .object({
      at: instantTextSchema,
      isUnsure: z.boolean().describe('true = the destination of some prefixes is unknown'),
      losses: z.array(
        z.object({
          term: z
            .string()
            .nullable()
            .describe('value for the parameter `lose` of /resilience/what-if; null = you may not see the resource'),
          name: z.string().nullable(),
          path: z.enum(circuitPaths),
          direction: z.enum(['in', 'out']),
          atMostBitsPerSecond: z
            .number()
            .nullable()
            .describe(
              'traffic on the fuller path after the loss, including its own traffic, 95th percentile; null = unknown',
            ),
        }),
      ),
    })
    .nullable()
    .default(null)
    .describe(
      'traffic that moves to the circuit if another resource fails, the worst case first; null = not computed yet',
    ),
  metered: moneyPercentilesSchema.nullable(),
  unlimited: costMoneySchema.nullable(),
  breakEvenBytes: byteCountSchema.nullable().describe('bytes at which metered and unlimited cost the same'),
  chanceAboveBreakEven: z.number().nullable(),
  chanceOfWrongSide: z
    .number()
    .nullable()
    .describe('probability that the current plan is the more expensive plan this month'),
  monthsUntilCrossing: z
    .number()
    .nullable()
    .describe('months until the likely bytes exceed the break-even; 0 = this month; null = not within 12 months'),
  lines: z.array(costLine).describe("parts of the present plan's cost; they add up to it exactly"),
  options: z.array(costOptionSchema).describe('the current option first, then by `change`, then the cheapest first'),
  recommendation: costRecommendation,
  oneWay: z.boolean().describe('true = the recommended change cannot be reverted in place'),
  assumptions: z.array(z.string()),
  pastError: costPastError,
  gb: z.object({
    bytes: z.number().int(),
    calibrated: z.boolean(),
    otherBytes: z.number().int(),
    otherDifference: costMoneySchema
      .nullable()
      .describe('change of the likely cost if a billed GB had the other possible size'),
  }),
  twelveMonths: z.array(z.object({ month: z.string(), bytes: byteBand, cost: moneyPercentilesSchema })),
  priceSheet: costPriceSheetSchema,
})
export type CostProjection = z.infer<typeof costProjectionSchema>

/** Total amounts, one for each currency. */
export const moneyTotalsSchema = z.array(costMoneySchema)
const bandTotals = z.array(moneyPercentilesSchema)
export const costProjectionsSchema = z.object({
  month: z.string().describe('YYYY-MM'),
  madeAt: instantTextSchema
    .nullable()
    .default(null)
    .describe('oldest time of the bytes and forecasts; prices and overrides apply immediately'),
  circuits: z.array(costProjectionSchema),
  totals: bandTotals.describe(
    'totals for the current plans; the bounds of the circuits are added as if they were fully correlated',
  ),
  unpriced: z.number().int(),
})
export type CostProjections = z.infer<typeof costProjectionsSchema>

const varianceCauses = ['traffic', 'price', 'days', 'failover', 'repaired_gaps'] as const
const costVariance = z.object({
  circuitId: z.string(),
  from: costMoneySchema,
  to: costMoneySchema,
  difference: costMoneySchema,
  parts: z
    .array(
      z.object({
        cause: z.enum(varianceCauses),
        amount: costMoneySchema,
        incidentId: z.string().nullable(),
        words: z.string(),
      }),
    )
    .describe('parts of the difference; they add up to it exactly'),
})
export type CostVariance = z.infer<typeof costVariance>

const unusedKinds = [
  'not_provisioned',
  'no_connection',
  'gateway_alone',
  'premium_not_needed',
  'bandwidth_not_needed',
] as const
const unusedFinding = z.object({
  kind: z.enum(unusedKinds),
  resourceId: z.string(),
  name: z.string(),
  perMonth: costMoneySchema.nullable().describe('cost per month; null = unknown'),
  saving: costMoneySchema.nullable().describe('saving per month by the remedy; null = none, or unknown'),
  reason: z.string(),
  remedy: z.string(),
})
export type UnusedFinding = z.infer<typeof unusedFinding>

export const budgetStatusSchema = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  customer: z.string().nullable().describe('customer whose circuits the budget covers; null = the listed circuits'),
  circuitIds: z.array(z.string()),
  budget: costMoneySchema,
  projected: moneyPercentilesSchema.nullable().describe('null = none of the circuits has a price in that currency'),
  variance: costMoneySchema
    .nullable()
    .describe(
      'likely cost minus the budget; positive = certainly over budget; null = a part has no price, and the rest does not exceed the budget',
    ),
  state: z.enum(['within', 'likely_over', 'over', 'unknown']),
})
export type BudgetStatus = z.infer<typeof budgetStatusSchema>

export const costDecisionSchema = z.object({
  id: z.string(),
  circuitId: z.string(),
  at: instantTextSchema,
  by: z.string(),
  decided: z.string(),
  why: z.string(),
  outcome: z.string().nullable().describe('known outcome of the decision; null = none yet'),
  followUp: z
    .object({
      week: z
        .string()
        .describe('last review that was published before the decision and from which the expectation comes'),
      offer: costTarget.describe('present offer of the circuit'),
      expected: moneyPercentilesSchema.describe('expected cost of that offer per month'),
      actual: moneyPercentilesSchema.describe('cost of the month after the decision, so far'),
      verdict: z
        .enum(['below', 'within', 'above'])
        .describe('comparison of the likely actual cost with the expected bounds'),
    })
    .nullable()
    .default(null)
    .describe(
      'expected and actual cost in the month after the decision; null = it is another month, or one of both is unknown',
    ),
})

const costCorrection = z.object({
  week: z.string(),
  circuitId: z.string(),
  published: costMoneySchema,
  now: costMoneySchema,
  reason: z.string(),
})

export const isoWeekSchema = z.string().regex(/^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/, 'send an ISO week such as 2026-W47')
export const costWeeklySchema = z.object({
  week: isoWeekSchema.describe('ISO week, such as 2026-W47'),
  from: instantTextSchema,
  to: instantTextSchema,
  closedAt: instantTextSchema
    .nullable()
    .describe('Monday 02:00 UTC after the week; null = the week is open, so that the figures may still change'),
  projections: costProjectionsSchema,
  variance: z
    .array(costVariance)
    .describe(
      'change of the likely cost of a whole month since the review `comparedWith`, which may forecast the month before',
    ),
  comparedWith: isoWeekSchema
    .nullable()
    .default(null)
    .describe(
      'published week to which changes and corrections refer; null = none of the five weeks before was published',
    ),
  unused: z.array(unusedFinding),
  budgets: z.array(budgetStatusSchema),
  decisions: z.array(costDecisionSchema),
  corrections: z
    .array(costCorrection)
    .describe(
      'cost from the begin of the month until the end of a published week that differs from the published cost',
    ),
})
export type CostWeekly = z.infer<typeof costWeeklySchema>

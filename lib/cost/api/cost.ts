import { z } from 'zod'
import { byteCount, circuitPaths, costMoney, instantText } from '#lib/contract/index.ts'

export const costPlans = ['metered', 'unlimited', 'local'] as const
export type CostPlan = (typeof costPlans)[number]
export const costTiers = ['Local', 'Standard', 'Premium'] as const
export type CostTier = (typeof costTiers)[number]
/** Ways to change a circuit to another offer: in place, by a new circuit, or not at all. */
export const costChanges = ['in_place', 'new_circuit', 'impossible'] as const
export type CostChange = (typeof costChanges)[number]
const costActions = ['stay', 'switch', 'too_close', 'too_early', 'unpriced'] as const
export type CostAction = (typeof costActions)[number]
/**
 * Sources of a price sheet: the Retail Prices API, the dated copy shipped with Peerwatch, or a sheet loaded by hand.
 */
const priceSources = ['retail', 'snapshot', 'negotiated'] as const

export const moneyBand = z.object({ p10: costMoney, p50: costMoney, p90: costMoney })
export type MoneyBand = z.infer<typeof moneyBand>
const byteBand = z.object({ p10: byteCount, p50: byteCount, p90: byteCount })
export type ByteBand = z.infer<typeof byteBand>

const costGap = z.object({
  from: instantText,
  to: instantText,
  seconds: z.number().describe('not covered, between from and to'),
  atMostBytes: byteCount
    .nullable()
    .describe('what both paths could have carried; at least 0 passed; null = no bandwidth is known'),
})

/**
 * Kinds of hindrances to an offer (plan, tier and bandwidth). A `refusal` excludes the offer from recommendations. A
 * `question` must be answered before the offer can be recommended.
 */
const costHindranceKinds = ['refusal', 'question'] as const
const costHindrance = z.object({
  kind: z.enum(costHindranceKinds),
  words: z.string(),
  ask: z.string().nullable().describe('what to ask, and of whom; null = of a question, nobody can be asked'),
})
export type CostHindrance = z.infer<typeof costHindrance>

/** The change back to the previous configuration, after a recommended change. */
export const costReversal = z.object({
  change: z.enum(['in_place', 'new_circuit']),
  cost: costMoney.nullable().describe("once; null = the provider's part is not declared"),
  days: z.number().int().describe('of two circuits side by side, after the provider delivered'),
  words: z.string(),
})
export type CostReversal = z.infer<typeof costReversal>

export const costPayback = z.object({
  months: z
    .number()
    .nullable()
    .describe('until the least likely saving has paid what the change costs once; null = not known, or never'),
  cost: costMoney
    .nullable()
    .describe("once: both circuits for a while, the provider's part, the rest of its contract; null = not known"),
  missing: z.array(z.string()).describe('what is not declared; empty = it is known'),
  words: z.string(),
})
export type CostPayback = z.infer<typeof costPayback>

const planActors = ['you', 'provider', 'azure'] as const
/** One step of a change to another offer. The steps are listed in the order in which they are done. */
export const costPlanStep = z.object({
  title: z.string(),
  by: z.enum(planActors),
  words: z.string(),
  breaks: z.string().nullable().describe('what is interrupted meanwhile, and for how long; null = nothing'),
  commands: z.array(z.string()),
  proof: z.string().nullable().describe('what Peerwatch shows once it worked'),
})
export type CostPlanStep = z.infer<typeof costPlanStep>

/** An offer (plan, tier and bandwidth) that is available to the circuit and has a price, with its cost of the month. */
export const costOption = z.object({
  plan: z.enum(costPlans),
  tier: z.enum(costTiers),
  bandwidthMbps: z.number().int(),
  current: z.boolean(),
  p10: costMoney,
  p50: costMoney,
  p90: costMoney,
  difference: costMoney.nullable().default(null).describe('p50 less that of the current offer'),
  change: z.enum(costChanges),
  blockedBy: z.array(z.string()).describe('what prevents the change, or may prevent it, in plain words'),
  hindrances: z.array(costHindrance).default([]).describe('the same, each with what can be asked'),
  oneWay: z.boolean().describe('it can’t be reverted in place, however it is made'),
})
export type CostOption = z.infer<typeof costOption>

/** Confidence in a recommendation. It is not the confidence in the forecast of the month. */
const costConfidence = z.object({
  word: z.enum(['certain', 'high', 'good', 'medium', 'low', 'unknown']),
  basis: z
    .enum(['flat_prices', 'any_traffic', 'forecast'])
    .describe('flat_prices = no byte changes the saving, any_traffic = no number of bytes changes the answer'),
  chance: z
    .number()
    .nullable()
    .describe(
      'that the offer saves money; of stay without an ask: that it saves too little. null = no past forecast has matured',
    ),
  words: z.string(),
})
export type CostConfidence = z.infer<typeof costConfidence>
/** Confidence of a recommendation; null in reviews that were stored before this field existed. */
export const confidenceField = costConfidence.nullable().default(null)

const costTarget = costOption.pick({ plan: true, tier: true, bandwidthMbps: true })

/**
 * An offer that would save money if open questions about it are answered favorably. Its saving does not count in totals
 * until then.
 */
const costAsk = z.object({
  to: costTarget,
  saving: moneyBand,
  change: z.enum(costChanges),
  oneWay: z.boolean(),
  questions: z.array(z.string()),
  words: z.string(),
  payback: costPayback,
  reversal: costReversal,
  plan: z.array(costPlanStep),
  confidence: confidenceField,
})
export type CostAsk = z.infer<typeof costAsk>

const costRecommendation = z.object({
  action: z.enum(costActions),
  to: costTarget.nullable(),
  saving: moneyBand.nullable().describe('per month, against staying; negative = it would cost more'),
  reason: z.string(),
  payback: costPayback.nullable().default(null).describe('null = no change is named'),
  reversal: costReversal.nullable().default(null),
  plan: z.array(costPlanStep).default([]).describe('how to make the change, in order'),
  asks: z
    .array(costAsk)
    .default([])
    .describe('offers that save more, once somebody has answered; the best first. They count in no sum'),
  confidence: confidenceField.describe('null = nothing is decided'),
})
export type CostRecommendation = z.infer<typeof costRecommendation>

const costPastError = z.object({
  mape: z
    .number()
    .nullable()
    .describe('mean of |forecast - truth| / truth at this day of past months; null = none matured'),
  bandHeld: z.number().nullable().describe('share of past bands that the truth lay in'),
  months: z.number().int().describe('past 30-day windows it was measured over; they overlap'),
})

export const costPriceSheet = z.object({
  source: z.enum(priceSources),
  readAt: instantText,
  ageDays: z.number(),
  currency: z.string(),
})

/** One line of the projected cost of a month, as on a bill. */
const costLine = z.object({
  meter: z.string(),
  kind: z.enum(['circuit', 'data']),
  from: instantText,
  to: instantText,
  zone: z.string(),
  unit: z.enum(['Months', 'GB', 'GiB']),
  unitPrice: costMoney,
  listUnitPrice: costMoney
    .optional()
    .describe('the list price, where an override replaces it; absent = as listed, or not in the list'),
  quantity: z.object({ p10: z.string(), p50: z.string(), p90: z.string() }),
  cost: moneyBand,
})
export type CostLine = z.infer<typeof costLine>

export const costProjection = z.object({
  circuitId: z.string(),
  name: z.string(),
  month: z.object({ from: instantText, to: instantText }),
  zone: z.string().nullable(),
  plan: z.enum(costPlans).nullable(),
  tier: z.enum(costTiers).nullable(),
  bandwidthMbps: z.number().int().nullable(),
  unpricedBecause: z.string().nullable().describe('why the circuit has no price; null = it has one'),
  billedBytesToDate: byteCount.describe(
    'measured, billable: out of Azure over both paths, less Global Reach; what Azure billed is in /cost/reconcile',
  ),
  billedBytesAtMost: byteCount
    .nullable()
    .describe(
      'with all gaps filled as far as the paths could have carried; null = without a bandwidth there is no such bound',
    ),
  coveredShare: z.number().describe('share of the month so far that was measured'),
  gaps: z.array(costGap),
  termsUnread: z
    .array(z.object({ from: instantText, to: instantText }))
    .default([])
    .describe('of the month so far: times of over an hour in which nobody read how it was sold'),
  costToDate: costMoney
    .nullable()
    .describe('estimated: what was measured, at the prices in force; what Azure billed is in /cost/reconcile'),
  assumedToDate: costMoney
    .nullable()
    .default(null)
    .describe('part of costToDate that lies in termsUnread: the nearest terms that were read are taken; null = none'),
  forecast: byteBand.nullable().describe('bytes of the whole month; null = too early to say'),
  forecastBasis: z.string().describe('what the forecast rests on, in plain words'),
  p95Mbps: z
    .number()
    .nullable()
    .default(null)
    .describe(
      'what 95 of 100 hours of the last 30 days stayed under: all traffic of both paths, the busier direction; null = too little is known',
    ),
  busiestHourMbps: z.number().nullable().default(null).describe('the busiest of those hours, likewise'),
  busiestFiveMinutesMbps: z
    .number()
    .nullable()
    .default(null)
    .describe('the busiest five minutes, likewise; null = too few are known'),
  takesOver: z
    .object({
      at: instantText,
      isUnsure: z.boolean().describe('of some prefixes it is not known where they go'),
      losses: z.array(
        z.object({
          term: z
            .string()
            .nullable()
            .describe('as `lose` of /resilience/what-if takes it; null = it is not to be seen'),
          name: z.string().nullable(),
          path: z.enum(circuitPaths),
          direction: z.enum(['in', 'out']),
          atMostBitsPerSecond: z
            .number()
            .nullable()
            .describe('on the fuller path after the loss, its own included, 95 of 100 times; null = not known'),
        }),
      ),
    })
    .nullable()
    .default(null)
    .describe('what moves to it when something else is lost, the worst first; null = not worked out yet'),
  metered: moneyBand.nullable(),
  unlimited: costMoney.nullable(),
  breakEvenBytes: byteCount.nullable().describe('where metered and unlimited cost the same'),
  chanceAboveBreakEven: z.number().nullable(),
  chanceOfWrongSide: z.number().nullable().describe('that the current plan is the more expensive one this month'),
  monthsUntilCrossing: z
    .number()
    .nullable()
    .describe('months until the likely bytes lie above the break-even; 0 = they do this month; null = not within 12'),
  lines: z.array(costLine).describe("what the present plan's figure is made of: its cost is their sum, to the cent"),
  options: z.array(costOption).describe('the current one first, then by `change`, then the cheapest first'),
  recommendation: costRecommendation,
  oneWay: z.boolean().describe('what is recommended can not be taken back in place'),
  assumptions: z.array(z.string()),
  pastError: costPastError,
  gb: z.object({
    bytes: z.number().int(),
    calibrated: z.boolean(),
    otherBytes: z.number().int(),
    otherDifference: costMoney.nullable().describe('what the other reading of a GB would change in the likely figure'),
  }),
  twelveMonths: z.array(z.object({ month: z.string(), bytes: byteBand, cost: moneyBand })),
  priceSheet: costPriceSheet,
})
export type CostProjection = z.infer<typeof costProjection>

/** Total amounts, one for each currency. */
export const moneyTotals = z.array(costMoney)
const bandTotals = z.array(moneyBand)
export const costProjections = z.object({
  month: z.string().describe('YYYY-MM'),
  madeAt: instantText
    .nullable()
    .default(null)
    .describe('the bytes and forecasts are as of then, the oldest of them; prices and overrides hold at once'),
  circuits: z.array(costProjection),
  totals: bandTotals.describe("of the current plans; the circuits' bands are added as if fully correlated"),
  unpriced: z.number().int(),
})
export type CostProjections = z.infer<typeof costProjections>

const varianceCauses = ['traffic', 'price', 'days', 'failover', 'repaired_gaps'] as const
const costVariance = z.object({
  circuitId: z.string(),
  from: costMoney,
  to: costMoney,
  difference: costMoney,
  parts: z
    .array(
      z.object({
        cause: z.enum(varianceCauses),
        amount: costMoney,
        incidentId: z.string().nullable(),
        words: z.string(),
      }),
    )
    .describe('they add up to the difference, to the cent'),
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
  perMonth: costMoney.nullable().describe('what it costs each month; null = not known'),
  saving: costMoney.nullable().describe('what the remedy saves each month; null = nothing, or not known'),
  reason: z.string(),
  remedy: z.string(),
})
export type UnusedFinding = z.infer<typeof unusedFinding>

export const budgetStanding = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  customer: z.string().nullable().describe('whose circuits it is for; null = for those that are named'),
  circuitIds: z.array(z.string()),
  budget: costMoney,
  projected: moneyBand.nullable().describe('null = none of it is priced in that currency'),
  variance: costMoney
    .nullable()
    .describe(
      'likely figure less the budget; positive = over, at least; null = a part is in no figure, and it is not over without it',
    ),
  state: z.enum(['within', 'likely_over', 'over', 'unknown']),
})
export type BudgetStanding = z.infer<typeof budgetStanding>

export const costDecision = z.object({
  id: z.string(),
  circuitId: z.string(),
  at: instantText,
  by: z.string(),
  decided: z.string(),
  why: z.string(),
  outcome: z.string().nullable().describe('what came of it, as far as is known; null = nothing yet'),
  followUp: z
    .object({
      week: z.string().describe('the last review that was published before the decision: what it expected'),
      offer: costTarget.describe('what the circuit is on now'),
      expected: moneyBand.describe('of that offer, a month'),
      actual: moneyBand.describe('of the month after the decision, as far as it has come'),
      verdict: z.enum(['below', 'within', 'above']).describe('the likely actual figure against the expected band'),
    })
    .nullable()
    .default(null)
    .describe(
      'expected against actual in the month after the decision; null = in another month, or nothing is known of one of both',
    ),
})

const costCorrection = z.object({
  week: z.string(),
  circuitId: z.string(),
  published: costMoney,
  now: costMoney,
  reason: z.string(),
})

export const isoWeek = z.string().regex(/^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$/, 'send an ISO week such as 2026-W47')
export const costWeekly = z.object({
  week: isoWeek.describe('ISO week, such as 2026-W47'),
  from: instantText,
  to: instantText,
  closedAt: instantText
    .nullable()
    .describe('Monday 02:00 UTC after it; null = the week is open and the figures still move'),
  projections: costProjections,
  variance: z.array(costVariance),
  comparedWith: isoWeek
    .nullable()
    .default(null)
    .describe(
      'the published week that moves and corrections are held against; null = none of the five before was published',
    ),
  unused: z.array(unusedFinding),
  budgets: z.array(budgetStanding),
  decisions: z.array(costDecision),
  corrections: z.array(costCorrection),
})
export type CostWeekly = z.infer<typeof costWeekly>

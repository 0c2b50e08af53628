import { z } from 'zod'
import {
  byteCountSchema,
  costMoneySchema,
  instantCodec,
  instantTextSchema,
  isValidInstant,
  INSTANT_RANGE_FAULT,
} from '#lib/contract/index.ts'
import {
  costChangeMethods,
  type costDecisionSchema,
  costOptionSchema,
  costPaybackSchema,
  costPlans,
  costPlanStepSchema,
  costPriceSheetSchema,
  costReversalSchema,
  costWeeklySchema,
  moneyPercentilesSchema,
  moneyTotalsSchema,
} from './cost.ts'
import { costCurrencySchema, createCostTextSchema, decimalNumberSchema, signedStatementSchema } from './text-schemas.ts'

const costChargeKinds = ['provider_l2', 'cross_connect', 'colocation', 'direct_port', 'global_reach'] as const

/** Fields of an override: the circuits that it applies to, and the time in which it is in force. */
const scope = {
  circuitIds: z
    .array(createCostTextSchema(2_048))
    .max(1_000)
    .nullable()
    .default(null)
    .describe('short ids or ARM ids; null = all circuits'),
  from: instantTextSchema.nullable().default(null).describe('start of validity; null = unlimited'),
  until: instantTextSchema
    .nullable()
    .default(null)
    .describe('end of validity, exclusive; null = until it is withdrawn'),
}

/** Evidence of a discount: the bills that were compared, with the list price and the billed price of each meter. */
const discountEvidence = z.object({
  bills: z.array(z.string()).describe('subscriptions whose bills were read'),
  months: z.array(z.string()).describe('YYYY-MM'),
  meters: z
    .array(
      z.object({
        meter: z.string(),
        zone: z.string(),
        resources: z.int().describe('number of resources with this meter on the bill'),
        quantity: z.string(),
        listPrice: z.string().describe('price of one unit, decimal number'),
        billedPrice: z.string().describe('mean price of one unit in these months, decimal number'),
      }),
    )
    .describe('all billed meters with a list price'),
  list: costMoneySchema.describe('sum at list prices'),
  billed: costMoneySchema.describe('sum of the billed amounts'),
})

/**
 * An override of the price list by an operator, such as a negotiated price, a discount, or a charge that is not in the
 * list.
 */
export const costOverrideBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('price').describe('negotiated price of a meter'),
    meterName: createCostTextSchema(200).describe('as on the bill, e.g. Standard Metered Data 1 Gbps Circuit'),
    region: createCostTextSchema(100).nullable().default(null).describe('price zone or region; null = all'),
    price: decimalNumberSchema,
    currency: costCurrencySchema,
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('discount').describe('discount on list prices'),
    share: z.number().min(0).max(1),
    meterName: createCostTextSchema(200).nullable().default(null).describe('null = all meters'),
    evidence: discountEvidence
      .optional()
      .describe('bills that prove the discount; only POST /cost/discount adds them. Absent = reported by an operator'),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('currency').describe("exchange rate: value of one unit of the list's currency in another currency"),
    currency: costCurrencySchema,
    perUnit: decimalNumberSchema,
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('zone').describe('price zone, if the peering location does not determine it'),
    zone: z.enum(['Zone 1', 'Zone 2', 'Zone 3', 'Zone 4', 'US Gov Zone 1']),
    ...scope,
  }),
  z.strictObject({
    kind: z
      .literal('global_reach_share')
      .describe("bytes over Global Reach, which pass the circuit's counters and are billed by separate meters"),
    share: z.number().min(0).max(1).describe('share of the bytes from Azure over the circuit'),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('charge').describe('charge by another party than Azure, or for an item that is on no price list'),
    charge: z.enum(costChargeKinds),
    name: createCostTextSchema(100),
    monthly: decimalNumberSchema.nullable().default(null),
    once: decimalNumberSchema.nullable().default(null),
    currency: costCurrencySchema,
    contractEnds: instantTextSchema
      .nullable()
      .default(null)
      .describe(
        'end of the contract, until which the provider is paid in any case; a past time = the contract can be terminated; null = not declared',
      ),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('share').describe('share of a customer in the cost of a shared circuit, if it is not measured'),
    customer: createCostTextSchema(200).describe('id of a subscription, until customers are declared'),
    share: z.number().gt(0).max(1),
    ...scope,
  }),
])
export type CostOverrideBody = z.output<typeof costOverrideBodySchema>

const costOverride = signedStatementSchema.extend({ override: costOverrideBodySchema })
export type CostOverride = z.infer<typeof costOverride>

export const costOverridesResponseSchema = z.object({
  version: z
    .int()
    .min(0)
    .describe('version of the listed overrides; to change overrides, request the list without `customer`'),
  overrides: z.array(costOverride).describe('every override that was ever added, newest first: the audit log'),
})
export type CostOverridesResponse = z.infer<typeof costOverridesResponseSchema>

/** A discount that the bills prove, and whether an override already applies it. */
export const costDiscountSchema = z.object({
  state: z.enum(['offered', 'in_force', 'none']),
  share: z.number().nullable().describe('offered or used discount on all list prices, 0 to 1'),
  words: z.string().describe('the reason'),
  evidence: discountEvidence.nullable().describe('null = nothing is proven, or an operator reported the discount'),
  comparison: z
    .string()
    .nullable()
    .describe(
      'sentences about an offered discount: the bills, the list prices of the same usage, the difference with its probable reason, and whether the recommendations are the same at the billed prices; null = no discount is offered',
    ),
  billedSaving: z
    .array(moneyPercentilesSchema)
    .nullable()
    .describe(
      'monthly saving by all recommended changes at the billed prices, one for each currency; null = no discount is offered, or no usage is stored yet',
    ),
  hasOverrides: z
    .boolean()
    .describe('whether an override of a price, discount, currency, zone or charge is in force now, for any circuit'),
  overrideId: z.string().nullable().describe('override in force; withdraw it with PUT /cost/overrides'),
  version: z.int().describe('version of the overrides'),
})
export type CostDiscount = z.infer<typeof costDiscountSchema>

export const costDiscountBodySchema = z.strictObject({
  share: z.number().gt(0).lt(1).describe('offered share; 409 if the bills meanwhile prove another share'),
  version: z.int().min(0).describe('version of the overrides; 409 if it has changed since'),
  why: createCostTextSchema(500).optional(),
})
export type CostDiscountBody = z.output<typeof costDiscountBodySchema>

/**
 * Reports whether an operator may send an override. An override with evidence is refused, because only Peerwatch itself
 * adds evidence.
 */
const isReported = (one: CostOverrideBody) => one.kind !== 'discount' || one.evidence === undefined

/**
 * Reports whether both dates are in the supported range of times. Only requests are checked, so that overrides that
 * were stored earlier can always be read.
 */
const isOfOurTime = ({ from, until }: CostOverrideBody) =>
  [from, until].every((at) => at === null || isValidInstant(Date.parse(at)))

export const costOverridesBodySchema = z.strictObject({
  version: z.int().min(0).describe('version that was edited; 409 if it has changed since'),
  add: z
    .array(
      costOverrideBodySchema
        .refine(isOfOurTime, INSTANT_RANGE_FAULT)
        .refine(isReported, { path: ['evidence'], message: 'evidence is added by POST /cost/discount' }),
    )
    .max(100)
    .default([]),
  withdraw: z.array(createCostTextSchema(100)).max(1_000).default([]).describe('ids of overrides to withdraw'),
  why: createCostTextSchema(500),
})
export type CostOverridesBody = z.output<typeof costOverridesBodySchema>

const priceCheckOutcomes = ['taken', 'same', 'refused', 'unreachable'] as const
export const costPricesSchema = z.object({
  sheet: costPriceSheetSchema.extend({
    readAt: instantCodec,
    version: z.int().nullable().describe('null = the price list that is part of the product'),
    effectiveFrom: instantCodec.describe('newest effective date of its prices'),
    meters: z.int(),
  }),
  lastCheck: z
    .object({
      at: instantCodec,
      outcome: z.enum(priceCheckOutcomes),
      faults: z
        .array(z.object({ check: z.string(), detail: z.string() }))
        .describe('reasons why the last downloaded list is not in force, or examples of rows that were left out of it'),
      oddRows: z.int().nullable().describe('number of rows that were left out; null = not counted'),
      unused: z
        .object({ rows: z.int(), examples: z.array(z.string()) })
        .nullable()
        .describe('number of rows that no figure uses, such as reservations; null = not counted'),
    })
    .nullable()
    .describe('null = prices were never requested'),
  versions: z.array(
    z.object({
      version: z.int(),
      currency: z.string(),
      effectiveFrom: instantCodec,
      firstReadAt: instantCodec,
      lastReadAt: instantCodec,
      meters: z.int(),
    }),
  ),
})
export type CostPriceListStatus = z.infer<typeof costPricesSchema>

export const costDecisionBodySchema = z.strictObject({
  circuitId: createCostTextSchema(2_048).describe('short id or ARM id'),
  decided: createCostTextSchema(500),
  why: createCostTextSchema(1_000),
})
export type CostDecisionBody = z.output<typeof costDecisionBodySchema>
export const costOutcomeBodySchema = z.strictObject({ outcome: createCostTextSchema(1_000) })
export type CostOutcomeBody = z.output<typeof costOutcomeBodySchema>
export type CostDecision = z.infer<typeof costDecisionSchema>

export const costWhatIfSchema = z.object({
  circuitId: z.string(),
  name: z.string(),
  possible: z.boolean(),
  why: z.string().nullable().describe('reason why it has no price; null = it has a price'),
  words: z.string(),
  cost: moneyPercentilesSchema.nullable().describe('cost of a whole month with the forecast traffic'),
  difference: moneyPercentilesSchema.nullable().describe('difference from the present configuration'),
  change: z.enum(costChangeMethods).nullable(),
  blockedBy: costOptionSchema.shape.blockedBy,
  hindrances: costOptionSchema.shape.hindrances,
  oneWay: z.boolean(),
  payback: costPaybackSchema.nullable(),
  reversal: costReversalSchema.nullable(),
  plan: z.array(costPlanStepSchema).describe('steps of the change, in order'),
  notes: z.array(z.string()),
})
export type CostWhatIf = z.infer<typeof costWhatIfSchema>

const amount = costMoneySchema.shape.amount
const costCurve = z.object({
  currency: z.string(),
  bytes: z
    .array(byteCountSchema)
    .describe(
      'billable bytes of a month in ascending order: evenly spaced values, and each value that the forecast names',
    ),
  plans: z.array(
    z.object({
      plan: z.enum(costPlans),
      current: z.boolean(),
      costs: z.array(amount).describe('cost for each value of `bytes`'),
    }),
  ),
  losses: z
    .array(z.object({ amount, than: z.enum(costPlans).describe('the cheapest plan') }).nullable())
    .describe('extra cost of the current plan for each value of `bytes`; null = the current plan is the cheapest'),
  top: amount.describe('upper end of a chart, above all costs'),
})
export type CostCurve = z.infer<typeof costCurve>

/**
 * The recommendation for one circuit: the saving, the required change, and the utilization of the circuit's busiest
 * path after the change.
 */
const reviewedCircuit = z.object({
  circuitId: z.string(),
  saving: moneyPercentilesSchema
    .nullable()
    .describe('saving per month by the recommended change; null = no change is recommended'),
  change: z
    .enum(costChangeMethods)
    .nullable()
    .describe('change to the recommended option; null = no change is recommended'),
  peak: z
    .object({
      mbps: z.number(),
      share: z
        .number()
        .describe("share of one path's bandwidth after the recommended change; above 1 = the traffic does not fit"),
      loss: z
        .object({ name: z.string().nullable() })
        .nullable()
        .describe('failure of another resource that causes the peak; null = the busiest hour of 30 days'),
      isAtLeast: z
        .boolean()
        .describe('true = the traffic after a failure elsewhere is unknown, so that the peak may be higher'),
      isNearlyFull: z.boolean().describe('whether the share is at least the setting bandwidth.warn'),
    })
    .nullable()
    .describe('maximum traffic of one path if the other path fails; null = traffic or bandwidth is unknown'),
  curve: costCurve.nullable().describe('cost of the month by plan; null = fewer than two plans have a price'),
})
export type CostReviewCircuit = z.infer<typeof reviewedCircuit>

/** Totals of a weekly review, one for each currency, and its circuits in the order of urgency. */
const costReviewSummary = z.object({
  toDate: moneyTotalsSchema.describe('estimated cost of the month so far'),
  saving: z.array(moneyPercentilesSchema).describe('saving per month by all recommended changes'),
  savingInPlace: z.array(moneyPercentilesSchema).describe('part of the saving that needs no new circuit'),
  savingByNewCircuit: z.array(moneyPercentilesSchema).describe('part of the saving that needs new circuits'),
  asked: moneyTotalsSchema.describe('likely further saving by offers that depend on open questions'),
  askedByNewCircuit: moneyTotalsSchema
    .optional()
    .describe('part of it that needs new circuits; absent = a snapshot of an earlier version'),
  circuits: z.array(reviewedCircuit).describe('the decision with the largest saving first, then by cost'),
})
export type CostReviewSummary = z.infer<typeof costReviewSummary>

/**
 * Possible extents of the circuits of a review. `brief` leaves out the fields that the review's page shows only for one
 * circuit.
 */
export const costReviewDetails = ['full', 'brief'] as const

/** A weekly review with its summary and the names of other weeks. */
export const costReviewSchema = costWeeklySchema.extend({
  detail: z
    .enum(costReviewDetails)
    .describe(
      'brief = `gaps`, `twelveMonths`, `takesOver.losses`, the steps of changes and the curves are empty, and `options` are the current offer and the first of each plan, without obstacles',
    ),
  summary: costReviewSummary,
  weeks: z.array(z.string()).describe('published weeks, newest first'),
  closing: z.string().nullable().describe('last completed week that is not published yet; null = it is published'),
})
export type CostReviewWithSummary = z.infer<typeof costReviewSchema>

/**
 * Cost summary that the overview shows: the forecast cost of all circuits for this month, and the number of circuits
 * for which a change is recommended.
 */
export const costHeadlineSchema = z.object({
  month: z.string().describe('YYYY-MM; the previous month until the current month was computed'),
  asOf: instantCodec.describe('time of the measurements; prices and overrides apply immediately'),
  missing: z.int().describe('circuits that are missing because they were not computed yet or have no price'),
  totals: z.array(moneyPercentilesSchema),
  switches: z.int().describe('circuits for which a change is recommended'),
  saving: z.array(costMoneySchema).describe('likely saving per month by those changes, one amount for each currency'),
  billedSaving: z
    .array(costMoneySchema)
    .nullable()
    .describe(
      'the same saving at the prices that the bills prove; null = the bills prove no other prices, or the hourly cost check did not compare them yet',
    ),
  hasOverrides: z
    .boolean()
    .describe('whether an override of prices is in force; `saving` and `totals` then contain it'),
  savingShare: z
    .number()
    .nullable()
    .describe(
      '`billedSaving`, or `saving` if that is null, as a share of the likely total at the same prices, 0 to 1; null = no saving, or several currencies',
    ),
})
export type CostHeadline = z.infer<typeof costHeadlineSchema>

import { z } from 'zod'
import { byteCount, costMoney, instant, instantText, isMoment, MOMENT_RANGE } from '#lib/contract/index.ts'
import {
  costChanges,
  type costDecision,
  costOption,
  costPayback,
  costPlans,
  costPlanStep,
  costPriceSheet,
  costReversal,
  costWeekly,
  moneyBand,
  moneyTotals,
} from './cost.ts'
import { costCurrency, formatCost, decimalNumber, signedStatement } from './words.ts'

const costChargeKinds = ['provider_l2', 'cross_connect', 'colocation', 'direct_port', 'global_reach'] as const

/** Fields of an override: the circuits that it applies to, and the time in which it is in force. */
const scope = {
  circuitIds: z
    .array(formatCost(2_048))
    .max(1_000)
    .nullable()
    .default(null)
    .describe('short ids or ARM ids; null = all circuits'),
  from: instantText.nullable().default(null).describe('in force from; null = since ever'),
  until: instantText.nullable().default(null).describe('in force until, not included; null = until it is withdrawn'),
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
        resources: z.int().describe('number of resources that were billed by it'),
        quantity: z.string(),
        listPrice: z.string().describe('decimal number, for one unit'),
        billedPrice: z.string().describe('decimal number, mean of these months'),
      }),
    )
    .describe('all meters that were billed and have a list price'),
  list: costMoney.describe('their sum at list prices'),
  billed: costMoney.describe('their sum as billed'),
})

/**
 * An override of the price list by an operator, such as a negotiated price, a discount, or a charge that is not in the
 * list.
 */
export const costOverrideBody = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('price').describe('a negotiated price of a meter'),
    meterName: formatCost(200).describe('as on the bill, e.g. Standard Metered Data 1 Gbps Circuit'),
    region: formatCost(100).nullable().default(null).describe('price zone or region; null = all'),
    price: decimalNumber,
    currency: costCurrency,
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('discount').describe('off list prices'),
    share: z.number().min(0).max(1),
    meterName: formatCost(200).nullable().default(null).describe('null = all meters'),
    evidence: discountEvidence
      .optional()
      .describe('the bills that prove it; only POST /cost/discount adds it. Absent = reported by an operator'),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('currency').describe("what one unit of the list's currency is in another"),
    currency: costCurrency,
    perUnit: decimalNumber,
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('zone').describe('the price zone, where the peering location does not determine it'),
    zone: z.enum(['Zone 1', 'Zone 2', 'Zone 3', 'Zone 4', 'US Gov Zone 1']),
    ...scope,
  }),
  z.strictObject({
    kind: z
      .literal('global_reach_share')
      .describe("Global Reach's bytes, which pass the circuit's counters and are billed by meters of their own"),
    share: z.number().min(0).max(1).describe('of the bytes out of the circuit'),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('charge').describe('a charge by another party than Azure, or one that no price list holds'),
    charge: z.enum(costChargeKinds),
    name: formatCost(100),
    monthly: decimalNumber.nullable().default(null),
    once: decimalNumber.nullable().default(null),
    currency: costCurrency,
    contractEnds: instantText
      .nullable()
      .default(null)
      .describe(
        'until then the provider is paid whatever becomes of the circuit; a moment that has passed = it can be ended; null = not declared',
      ),
    ...scope,
  }),
  z.strictObject({
    kind: z.literal('share').describe("a customer's share of what a shared circuit costs, where it is not measured"),
    customer: formatCost(200).describe('a subscription, until customers exist'),
    share: z.number().gt(0).max(1),
    ...scope,
  }),
])
export type CostOverrideBody = z.output<typeof costOverrideBody>

const costOverride = signedStatement.extend({ override: costOverrideBody })
export type CostOverride = z.infer<typeof costOverride>

export const costOverridesAnswer = z.object({
  version: z.int().min(0).describe('of what is listed: to change overrides, read it without `customer`'),
  overrides: z.array(costOverride).describe('every override that was ever added, newest first: the audit log'),
})
export type CostOverridesAnswer = z.infer<typeof costOverridesAnswer>

/** A discount that the bills prove, and whether an override already applies it. */
export const costDiscount = z.object({
  state: z.enum(['offered', 'in_force', 'none']),
  share: z.number().nullable().describe('0 to 1, off all list prices: what is offered, or what is in force'),
  words: z.string().describe('the reason'),
  evidence: discountEvidence.nullable().describe('null = nothing is proven, or an operator reported it'),
  overrideId: z.string().nullable().describe('the override in force; withdraw it by PUT /cost/overrides'),
  version: z.int().describe('of the overrides'),
})
export type CostDiscount = z.infer<typeof costDiscount>

export const costDiscountBody = z.strictObject({
  share: z
    .number()
    .gt(0)
    .lt(1)
    .describe('the share that is offered; if the bills prove another one meanwhile, it is a 409'),
  version: z.int().min(0).describe('of the overrides; another meanwhile is a 409'),
  why: formatCost(500).optional(),
})
export type CostDiscountBody = z.output<typeof costDiscountBody>

/**
 * Reports whether an override may come from an operator. An override with evidence may not, because only Peerwatch adds
 * evidence.
 */
const isReported = (one: CostOverrideBody) => one.kind !== 'discount' || one.evidence === undefined

/**
 * Reports whether both dates are in the supported range of times. It is checked for requests only, so that overrides
 * that are already stored can always be read.
 */
const isOfOurTime = ({ from, until }: CostOverrideBody) =>
  [from, until].every((at) => at === null || isMoment(Date.parse(at)))

export const costOverridesBody = z.strictObject({
  version: z.int().min(0).describe('the version that was edited; another meanwhile is a 409'),
  add: z
    .array(
      costOverrideBody
        .refine(isOfOurTime, MOMENT_RANGE)
        .refine(isReported, { path: ['evidence'], message: 'evidence is added by POST /cost/discount' }),
    )
    .max(100)
    .default([]),
  withdraw: z.array(formatCost(100)).max(1_000).default([]).describe('ids of overrides to take back'),
  why: formatCost(500),
})
export type CostOverridesBody = z.output<typeof costOverridesBody>

const priceCheckOutcomes = ['taken', 'same', 'refused', 'unreachable'] as const
export const costPrices = z.object({
  sheet: costPriceSheet.extend({
    readAt: instant,
    version: z.int().nullable().describe('null = the sheet that is shipped'),
    effectiveFrom: instant.describe('newest effective date among its prices'),
    meters: z.int(),
  }),
  lastCheck: z
    .object({
      at: instant,
      outcome: z.enum(priceCheckOutcomes),
      faults: z
        .array(z.object({ check: z.string(), detail: z.string() }))
        .describe('why the list that was read last is not in force, or examples of rows that were left out of it'),
      oddRows: z.int().nullable().describe('rows that were left out; null = not counted'),
      unused: z
        .object({ rows: z.int(), examples: z.array(z.string()) })
        .nullable()
        .describe('rows that no figure uses, such as reservations; null = not counted'),
    })
    .nullable()
    .describe('null = prices were never requested'),
  versions: z.array(
    z.object({
      version: z.int(),
      currency: z.string(),
      effectiveFrom: instant,
      firstReadAt: instant,
      lastReadAt: instant,
      meters: z.int(),
    }),
  ),
})
export type CostPrices = z.infer<typeof costPrices>

export const costDecisionBody = z.strictObject({
  circuitId: formatCost(2_048).describe('short id or ARM id'),
  decided: formatCost(500),
  why: formatCost(1_000),
})
export type CostDecisionBody = z.output<typeof costDecisionBody>
export const costOutcomeBody = z.strictObject({ outcome: formatCost(1_000) })
export type CostOutcomeBody = z.output<typeof costOutcomeBody>
export type CostDecision = z.infer<typeof costDecision>

export const costWhatIf = z.object({
  circuitId: z.string(),
  name: z.string(),
  possible: z.boolean(),
  why: z.string().nullable().describe('why it has no price; null = it has one'),
  words: z.string(),
  cost: moneyBand.nullable().describe('of a whole month with the traffic that is forecast'),
  difference: moneyBand.nullable().describe('against the circuit as it is'),
  change: z.enum(costChanges).nullable(),
  blockedBy: costOption.shape.blockedBy,
  hindrances: costOption.shape.hindrances,
  oneWay: z.boolean(),
  payback: costPayback.nullable(),
  reversal: costReversal.nullable(),
  plan: z.array(costPlanStep).describe('how to make the change, in order'),
  notes: z.array(z.string()),
})
export type CostWhatIf = z.infer<typeof costWhatIf>

const amount = costMoney.shape.amount
const costCurve = z.object({
  currency: z.string(),
  bytes: z
    .array(byteCount)
    .describe('billable bytes of a month, in order: evenly spread, and each that the projection names'),
  plans: z.array(
    z.object({
      plan: z.enum(costPlans),
      current: z.boolean(),
      costs: z.array(amount).describe('one for each of bytes'),
    }),
  ),
  losses: z
    .array(z.object({ amount, than: z.enum(costPlans).describe('the cheapest plan') }).nullable())
    .describe('what the current plan costs more, for each of bytes; null = it is the cheapest'),
  top: amount.describe('of a chart, above all costs'),
})
export type CostCurve = z.infer<typeof costCurve>

/**
 * The recommendation for one circuit: the saving, the required change, and how full its busiest path would be after the
 * change.
 */
const reviewedCircuit = z.object({
  circuitId: z.string(),
  saving: moneyBand.nullable().describe('a month, by the recommended change; null = no change is recommended'),
  change: z.enum(costChanges).nullable().describe('of the recommended option; null = none is recommended'),
  peak: z
    .object({
      mbps: z.number(),
      share: z.number().describe('of one path after the recommended change; above 1 = it does not fit'),
      loss: z
        .object({ name: z.string().nullable() })
        .nullable()
        .describe('the loss elsewhere that brings the peak; null = the busiest hour of 30 days does'),
      isAtLeast: z.boolean().describe('traffic of a loss elsewhere is not known, so that the peak may be higher'),
      isNearlyFull: z.boolean().describe('share is at the setting bandwidth.warn or above'),
    })
    .nullable()
    .describe('the most that one path carries when the other is lost; null = traffic or bandwidth is not known'),
  curve: costCurve.nullable().describe('cost of the month by plan; null = fewer than two plans have a price'),
})
export type ReviewedCircuit = z.infer<typeof reviewedCircuit>

/**
 * Totals of a weekly review, one for each currency, and its circuits. The circuit with the largest recommended saving
 * is first.
 */
const costReviewSummary = z.object({
  toDate: moneyTotals.describe('estimated cost of the month so far'),
  saving: z.array(moneyBand).describe('a month, by all recommended changes'),
  savingInPlace: z.array(moneyBand).describe('part of saving that needs no new circuit'),
  savingByNewCircuit: z.array(moneyBand).describe('part of saving that needs new circuits'),
  asked: moneyTotals.describe('likely saving beyond the recommended changes, by offers that wait for an answer'),
  circuits: z.array(reviewedCircuit).describe('the decision that saves most first, then by cost'),
})
export type CostReviewSummary = z.infer<typeof costReviewSummary>

/** A weekly review with its summary and the names of other weeks. */
export const costReview = costWeekly.extend({
  summary: costReviewSummary,
  weeks: z.array(z.string()).describe('weeks that were published, newest first'),
  closing: z.string().nullable().describe('the last week that is over, while it is not published yet; null = it is'),
})
export type CostReview = z.infer<typeof costReview>

/**
 * Cost summary on the overview: the forecast of all circuits for this month, and the number of circuits for which a
 * change is recommended.
 */
export const costHeadline = z.object({
  month: z.string().describe('YYYY-MM; the one before until the current one was worked out'),
  asOf: instant.describe('what was measured is as of then; prices and overrides hold at once'),
  missing: z
    .int()
    .describe('circuits of today that are not in it: nothing was worked out for them yet, or they have no price'),
  totals: z.array(moneyBand),
  switches: z.int().describe('circuits for which a change is recommended'),
  saving: z.array(costMoney).describe('likely saving of those changes in a month, one for each currency'),
  savingShare: z
    .number()
    .nullable()
    .describe('saving as a share of the likely total, 0 to 1; null = there is no saving, or several currencies'),
})
export type CostHeadline = z.infer<typeof costHeadline>

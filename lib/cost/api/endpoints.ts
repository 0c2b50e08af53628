import {
  type NonJsonEndpoint,
  createResponseSchema,
  defineCommand,
  defineEndpoint,
  instantCodec,
  customerFilterParameters,
  createPageSchema,
  type CommandResult,
  customerNameParameter,
  resourceIdParameter,
  boundsCodec,
  costFindingKinds,
  costMoneySchema,
  pagingParameters,
} from '#lib/contract/index.ts'
import { costBudgetsResponseSchema, costBudgetsBodySchema } from './budgets.ts'
import {
  recommendationConfidence,
  costDecisionSchema,
  costProjectionsSchema,
  costPlans,
  costTiers,
  isoWeekSchema,
  moneyPercentilesSchema,
} from './cost.ts'
import { costGlobalReachSchema } from './global-reach.ts'
import { costReconcileSchema } from './reconcile.ts'
import {
  costDecisionBodySchema,
  costDiscountSchema,
  costDiscountBodySchema,
  costOutcomeBodySchema,
  costOverridesResponseSchema,
  costOverridesBodySchema,
  costPricesSchema,
  costReviewDetails,
  costReviewSchema,
  costWhatIfSchema,
} from './requests.ts'
import { costTcoSchema } from './tco.ts'
import { z } from 'zod'
import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'

const costFindingSubjects = ['circuit', 'gateway', 'budget'] as const

/**
 * A finding of a cost check, for example that a budget is exceeded. A finding is not an event, so it belongs to no
 * incident and has no severity and no owner.
 */
export const costFindingSchema = z.object({
  id: z.string(),
  kind: z.enum(costFindingKinds),
  subject: z.object({
    kind: z.enum(costFindingSubjects),
    id: z.string().nullable().describe('short id; null for a budget'),
    resourceId: z.string().nullable(),
    name: z.string(),
  }),
  customer: z
    .string()
    .nullable()
    .describe('customer that the finding is about, never more than one; null = no customer'),
  owner: z.null().describe('always null, because a finding has no responsible party'),
  startedBetween: boundsCodec,
  endedBetween: boundsCodec.nullable(),
  checkedAt: instantCodec.describe('last time at which the check found it'),
  evidence: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string() })),
  amounts: z.object({
    cost: moneyPercentilesSchema.nullable().describe('cost of this month, or per month; null = unknown'),
    limit: costMoneySchema.nullable().describe("reference of the comparison: a budget, the other plan's price"),
    saving: moneyPercentilesSchema.nullable().describe('saving per month if the remedy is applied'),
  }),
  remedy: z.string(),
  confidence: recommendationConfidence.describe(
    'confidence of the decision that the remedy requires; null = it requires none',
  ),
  links: z
    .array(z.object({ label: z.string(), href: z.string().describe('path of a page of this deployment') }))
    .describe('pages about the finding'),
})
export type CostFinding = z.infer<typeof costFindingSchema>

export const costFindingsParameters = z.strictObject({
  kind: z.enum(costFindingKinds, `send ${formatAcceptedValues(costFindingKinds)}`).optional(),
  state: z.enum(['open', 'ended'], 'send open or ended').describe('default: both').optional(),
  customer: customerNameParameter,
  ...pagingParameters,
})
export type CostFindingsParameters = z.output<typeof costFindingsParameters>

const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'send a month such as 2026-11')
  .describe('billing month, UTC; default: the current month')
  .optional()
const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `send a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value <= most, `send a whole number from 1 to ${most}`)
    .meta({ type: 'integer', minimum: 1, maximum: most, pattern: undefined })

/**
 * A decimal number without a sign. The query parameters of this type are prices and quantities, which are never
 * negative.
 */
const amount = z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'send a decimal number such as 0.02')

export const costProjectionsParameters = z.strictObject({ month, customer: customerNameParameter })
export const costWeeklyParameters = z.strictObject({
  week: isoWeekSchema.describe('ISO week such as 2026-W47; default: the current week').optional(),
  customer: customerNameParameter,
})
export const costReviewParameters = costWeeklyParameters.extend({
  detail: z
    .enum(costReviewDetails, `send ${formatAcceptedValues(costReviewDetails)}`)
    .describe('brief = without the fields that are long for each circuit; default: full')
    .optional(),
  circuit: resourceIdParameter
    .optional()
    .describe('circuit whose projection and summary are listed; default: all. Totals always include all circuits'),
})
export const costTcoParameters = z.strictObject({
  months: wholeNumber(6).default(1).describe('number of billing months, including the current month'),
  customer: customerNameParameter,
})
export const costWhatIfParameters = z.strictObject({
  circuit: resourceIdParameter,
  plan: z.enum(costPlans, `send ${formatAcceptedValues(costPlans)}`).optional(),
  tier: z.enum(costTiers, `send ${formatAcceptedValues(costTiers)}`).optional(),
  bandwidthMbps: wholeNumber(100_000).describe('Mb/s').optional(),
  second: z
    .enum(['true', 'false'], 'send true or false')
    .describe('whether a second circuit of the same kind is added')
    .optional(),
  globalReach: z
    .enum(['true', 'false'], 'send true or false')
    .describe('whether Global Reach is added, at the fee declared for the circuit or at reachMonthly')
    .optional(),
  reachMonthly: amount.describe("monthly fee of Global Reach in the circuit's currency").optional(),
  reachPerGb: amount
    .describe(
      'price of a GB sent over Global Reach: outbound in the zone of this circuit plus inbound in the zone of the far circuit',
    )
    .optional(),
  reachGb: amount.describe('GB sent over Global Reach per month').optional(),
  reachPerGbIn: amount
    .describe(
      'price of a GB received over Global Reach: outbound in the far zone plus inbound in this zone; default: reachPerGb',
    )
    .optional(),
  reachGbIn: amount.describe('GB received over Global Reach per month').optional(),
  direct: z
    .enum(['true', 'false'], 'send true or false')
    .describe(
      'whether the circuit is on an ExpressRoute Direct port pair, at the price declared for the circuit or at directMonthly',
    )
    .optional(),
  directMonthly: amount.describe("monthly price of the port pair in the circuit's currency").optional(),
})

export type CostProjectionsParameters = z.output<typeof costProjectionsParameters>
export type CostWeeklyParameters = z.output<typeof costWeeklyParameters>
export type CostReviewParameters = z.output<typeof costReviewParameters>
export type CostTcoParameters = z.output<typeof costTcoParameters>
export type CostWhatIfParameters = z.output<typeof costWhatIfParameters>

export const endpoints = {
  costProjections: defineEndpoint('/cost/projections', 'read_cost', {
    summary: 'Cost of each circuit in this month on each possible plan, with its confidence and a recommendation',
    parameters: costProjectionsParameters,
    response: createResponseSchema(costProjectionsSchema),
  }),
  costWeekly: defineEndpoint('/cost/weekly', 'read_cost', {
    summary: 'Cost review of an ISO week; for a closed week, the published review',
    parameters: costReviewParameters,
    response: createResponseSchema(costReviewSchema),
  }),
  costFindings: defineEndpoint('/cost/findings', 'read_cost', {
    summary:
      'Findings of the cost checks about break-even, budgets, surges, cheaper options and unused capacity, newest first',
    parameters: costFindingsParameters,
    response: createPageSchema(costFindingSchema).extend({
      checkedAt: instantCodec.nullable().describe('last run of the checks; null = they have not run yet'),
    }),
  }),
  costTco: defineEndpoint('/cost/tco', 'read_cost', {
    summary: 'Total cost of the edge, by building block, circuit and customer',
    parameters: costTcoParameters,
    response: createResponseSchema(costTcoSchema),
  }),
  costWhatIf: defineEndpoint('/cost/what-if', 'read_cost', {
    summary: 'Cost of a circuit with another configuration',
    parameters: costWhatIfParameters,
    response: createResponseSchema(costWhatIfSchema),
  }),
  costPrices: defineEndpoint('/cost/prices', 'read_cost', {
    summary: 'Price list in force, its age, and the reason why a newer list was refused',
    response: createResponseSchema(costPricesSchema),
  }),
  costOverrides: defineEndpoint('/cost/overrides', 'read_cost', {
    summary: 'Overrides of the price list, with author, time and reason',
    parameters: customerFilterParameters,
    response: createResponseSchema(costOverridesResponseSchema),
  }),
  costGlobalReach: defineEndpoint('/cost/global-reach', 'read_cost', {
    summary: 'Bytes over Global Reach in a month at each circuit, by direction, with bounds and coverage',
    parameters: costProjectionsParameters,
    response: createResponseSchema(costGlobalReachSchema),
  }),
  costDiscount: defineEndpoint('/cost/discount', 'read_cost', {
    summary: 'Discount on all priced meters that the bills of the last months prove, offered or in force',
    parameters: customerFilterParameters,
    response: createResponseSchema(costDiscountSchema),
  }),
  costReconcile: defineEndpoint('/cost/reconcile', 'read_cost', {
    summary:
      'Comparison of the forecast with the bill, by resource and meter, with explained and unexplained differences',
    parameters: costProjectionsParameters,
    response: createResponseSchema(costReconcileSchema),
  }),
  costBudgets: defineEndpoint('/cost/budgets', 'read_cost', {
    summary: 'Monthly budgets, their owners and current status',
    parameters: customerFilterParameters,
    response: createResponseSchema(costBudgetsResponseSchema),
  }),
}

export type CostEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putCostOverrides: defineCommand('put', '/cost/overrides', 'decide_cost', {
    summary: 'Adds overrides of the price list and withdraws others; nothing is deleted',
    body: costOverridesBodySchema,
    response: createResponseSchema(costOverridesResponseSchema),
    problems: [404, 409],
  }),
  takeCostDiscount: defineCommand('post', '/cost/discount', 'decide_cost', {
    summary:
      'Applies the discount that the bills prove to the price list of this contract: adds an override with its evidence',
    body: costDiscountBodySchema,
    response: createResponseSchema(costOverridesResponseSchema),
    problems: [409],
  }),
  putCostBudgets: defineCommand('put', '/cost/budgets', 'decide_cost', {
    summary: 'Sets budgets and withdraws others; nothing is deleted',
    body: costBudgetsBodySchema,
    response: createResponseSchema(costBudgetsResponseSchema),
    problems: [404, 409],
  }),
  decideCost: defineCommand('post', '/cost/decisions', 'decide_cost', {
    summary: 'Records a decision about a circuit',
    body: costDecisionBodySchema,
    response: createResponseSchema(costDecisionSchema),
    problems: [404],
  }),
  noteCostOutcome: defineCommand('put', '/cost/decisions/{id}', 'decide_cost', {
    summary: 'Records the outcome of a decision',
    body: costOutcomeBodySchema,
    response: createResponseSchema(costDecisionSchema),
    problems: [404],
  }),
}

export type CostCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>

/** Endpoints that return CSV files, for spreadsheets and for tools that read the FOCUS format. */
export const plainEndpoints = {
  costFocus: { path: '/api/v1/cost/focus', right: 'read_cost', parameters: costProjectionsParameters },
  costWeeklyCsv: { path: '/api/v1/cost/weekly/csv', right: 'read_cost', parameters: costWeeklyParameters },
} as const satisfies Record<string, NonJsonEndpoint>

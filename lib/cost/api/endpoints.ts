import {
  type PlainEndpoint,
  answerOf,
  command,
  endpoint,
  instant,
  customerFilterParameters,
  pageOf,
  type ResultIn,
  customerParameter,
  idParameter,
  bounds,
  costFindingKinds,
  costMoney,
  pagingParameters,
} from '#lib/contract/index.ts'
import { costBudgetsAnswer, costBudgetsBody } from './budgets.ts'
import { confidenceField, costDecision, costProjections, costPlans, costTiers, isoWeek, moneyBand } from './cost.ts'
import { costGlobalReach } from './global-reach.ts'
import { costReconcile } from './reconcile.ts'
import {
  costDecisionBody,
  costDiscount,
  costDiscountBody,
  costOutcomeBody,
  costOverridesAnswer,
  costOverridesBody,
  costPrices,
  costReview,
  costWhatIf,
} from './requests.ts'
import { costTco } from './tco.ts'
import { z } from 'zod'
import { oneOf } from '#lib/contract/api/one-of.ts'

const costFindingSubjects = ['circuit', 'gateway', 'budget'] as const

/**
 * A finding of a cost check, for example that a budget is exceeded. It is not an event, so it has no incident, severity
 * or owner.
 */
export const costFinding = z.object({
  id: z.string(),
  kind: z.enum(costFindingKinds),
  subject: z.object({
    kind: z.enum(costFindingSubjects),
    id: z.string().nullable().describe('short id; null for a budget'),
    resourceId: z.string().nullable(),
    name: z.string(),
  }),
  customer: z.string().nullable().describe('the customer that it is about, never more than one; null = no customer’s'),
  owner: z.null().describe('nobody is at fault'),
  startedBetween: bounds,
  endedBetween: bounds.nullable(),
  checkedAt: instant.describe('when it was found the last time'),
  evidence: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string() })),
  amounts: z.object({
    cost: moneyBand.nullable().describe('of this month, or of a month; null = not known'),
    limit: costMoney.nullable().describe('what it is held against: a budget, the other plan’s price'),
    saving: moneyBand.nullable().describe('a month, where the remedy is taken'),
  }),
  remedy: z.string(),
  confidence: confidenceField.describe('of the decision that the remedy asks for; null = it asks for none'),
  links: z
    .array(z.object({ label: z.string(), href: z.string().describe('a path of this deployment') }))
    .describe('pages about it'),
})
export type CostFinding = z.infer<typeof costFinding>

export const costFindingsParameters = z.strictObject({
  kind: z.enum(costFindingKinds, `send ${oneOf(costFindingKinds)}`).optional(),
  state: z.enum(['open', 'ended'], 'send open or ended').describe('both when not given').optional(),
  customer: customerParameter,
  ...pagingParameters,
})
export type CostFindingsParameters = z.output<typeof costFindingsParameters>

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

/** A decimal number without a sign, because the query parameters are prices and quantities. */
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
    .describe(
      'price of a GB sent over Global Reach: outbound in the zone of this circuit plus inbound in the zone of the far circuit',
    )
    .optional(),
  reachGb: amount.describe('GB sent over Global Reach per month').optional(),
  reachPerGbIn: amount
    .describe(
      'price of a GB received over Global Reach: outbound in the far zone plus inbound in this zone; reachPerGb unless sent',
    )
    .optional(),
  reachGbIn: amount.describe('GB received over Global Reach per month').optional(),
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

export const endpoints = {
  costProjections: endpoint('/cost/projections', 'read_cost', {
    summary: 'What each circuit costs this month on each plan it could have, how sure that is, and what to do',
    parameters: costProjectionsParameters,
    response: answerOf(costProjections),
  }),
  costWeekly: endpoint('/cost/weekly', 'read_cost', {
    summary: 'The review of one ISO week; once the week is closed, as it was published',
    parameters: costWeeklyParameters,
    response: answerOf(costReview),
  }),
  costFindings: endpoint('/cost/findings', 'read_cost', {
    summary:
      'Break-even, budgets, surges, cheaper options and unused capacity: what checks of cost found, newest first',
    parameters: costFindingsParameters,
    response: pageOf(costFinding).extend({
      checkedAt: instant.nullable().describe('the last check, which finds new ones; null = none was made yet'),
    }),
  }),
  costTco: endpoint('/cost/tco', 'read_cost', {
    summary: 'What the whole edge costs, by building block, circuit and customer',
    parameters: costTcoParameters,
    response: answerOf(costTco),
  }),
  costWhatIf: endpoint('/cost/what-if', 'read_cost', {
    summary: 'What a circuit would cost if it were another one',
    parameters: costWhatIfParameters,
    response: answerOf(costWhatIf),
  }),
  costPrices: endpoint('/cost/prices', 'read_cost', {
    summary: 'The price list in force, how old it is, and why a newer one was refused',
    response: answerOf(costPrices),
  }),
  costOverrides: endpoint('/cost/overrides', 'read_cost', {
    summary: 'Overrides of the price list: by whom, when and why',
    parameters: customerFilterParameters,
    response: answerOf(costOverridesAnswer),
  }),
  costGlobalReach: endpoint('/cost/global-reach', 'read_cost', {
    summary: 'Bytes of a month that passed Global Reach at each circuit, by direction, with bounds and coverage',
    parameters: costProjectionsParameters,
    response: answerOf(costGlobalReach),
  }),
  costDiscount: endpoint('/cost/discount', 'read_cost', {
    summary: 'The discount that the bills of the last months prove on all priced meters, offered or in force',
    parameters: customerFilterParameters,
    response: answerOf(costDiscount),
  }),
  costReconcile: endpoint('/cost/reconcile', 'read_cost', {
    summary: 'What was projected against what was billed, by resource and meter, with the difference explained or not',
    parameters: costProjectionsParameters,
    response: answerOf(costReconcile),
  }),
  costBudgets: endpoint('/cost/budgets', 'read_cost', {
    summary: 'Monthly budgets, their owners and current status',
    parameters: customerFilterParameters,
    response: answerOf(costBudgetsAnswer),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  putCostOverrides: command('put', '/cost/overrides', 'decide_cost', {
    summary: 'Lays overrides over the price list and withdraws others; nothing is deleted',
    body: costOverridesBody,
    response: answerOf(costOverridesAnswer),
    problems: [404, 409],
  }),
  takeCostDiscount: command('post', '/cost/discount', 'decide_cost', {
    summary: 'Makes the discount that the bills prove the price list of this contract: an override with its evidence',
    body: costDiscountBody,
    response: answerOf(costOverridesAnswer),
    problems: [409],
  }),
  putCostBudgets: command('put', '/cost/budgets', 'decide_cost', {
    summary: 'Sets budgets and withdraws others; nothing is deleted',
    body: costBudgetsBody,
    response: answerOf(costBudgetsAnswer),
    problems: [404, 409],
  }),
  decideCost: command('post', '/cost/decisions', 'decide_cost', {
    summary: 'Notes what was decided about a circuit',
    body: costDecisionBody,
    response: answerOf(costDecision),
    problems: [404],
  }),
  noteCostOutcome: command('put', '/cost/decisions/{id}', 'decide_cost', {
    summary: 'Notes what came of a decision',
    body: costOutcomeBody,
    response: answerOf(costDecision),
    problems: [404],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>

/** Endpoints that return CSV files, for spreadsheets and for tools that read the FOCUS format. */
export const plainEndpoints = {
  costFocus: { path: '/api/v1/cost/focus', right: 'read_cost', parameters: costProjectionsParameters },
  costWeeklyCsv: { path: '/api/v1/cost/weekly/csv', right: 'read_cost', parameters: costWeeklyParameters },
} as const satisfies Record<string, PlainEndpoint>

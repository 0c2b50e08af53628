import type { PlainEndpoint } from '#lib/contract/index.ts'
import { costBudgetsAnswer, costBudgetsBody } from './budgets.ts'
import { costDecision, costProjections } from './cost.ts'
import { costFinding, costFindingsParameters } from './findings.ts'
import {
  costProjectionsParameters,
  costTcoParameters,
  costWeeklyParameters,
  costWhatIfParameters,
} from './parameters.ts'
import { costReconcile } from './reconcile.ts'
import {
  costDecisionBody,
  costOutcomeBody,
  costOverridesAnswer,
  costOverridesBody,
  costPrices,
  costReview,
  costWhatIf,
} from './requests.ts'
import { costTco } from './tco.ts'
import type { z } from 'zod'
import {
  answerOf,
  type Command,
  type Endpoint,
  instant,
  noParameters,
  ownedParameters,
  pageOf,
  type ResultIn,
} from '#lib/contract/index.ts'

export const endpoints = {
  costProjections: {
    path: '/cost/projections',
    summary: 'What each circuit costs this month on each plan it could have, how sure that is, and what to do',
    right: 'read_cost',
    parameters: costProjectionsParameters,
    response: answerOf(costProjections),
  },
  costWeekly: {
    path: '/cost/weekly',
    summary: 'The review of one ISO week; once the week is closed, as it was published',
    right: 'read_cost',
    parameters: costWeeklyParameters,
    response: answerOf(costReview),
  },
  costFindings: {
    path: '/cost/findings',
    summary:
      'Break-even, budgets, surges, cheaper options and unused capacity: what checks of cost found, newest first',
    right: 'read_cost',
    parameters: costFindingsParameters,
    response: pageOf(costFinding).extend({
      checkedAt: instant.nullable().describe('the last check, which finds new ones; null = none was made yet'),
    }),
  },
  costTco: {
    path: '/cost/tco',
    summary: 'What the whole edge costs, by building block, circuit and customer',
    right: 'read_cost',
    parameters: costTcoParameters,
    response: answerOf(costTco),
  },
  costWhatIf: {
    path: '/cost/what-if',
    summary: 'What a circuit would cost if it were another one',
    right: 'read_cost',
    parameters: costWhatIfParameters,
    response: answerOf(costWhatIf),
  },
  costPrices: {
    path: '/cost/prices',
    summary: 'The price list in force, how old it is, and why a newer one was refused',
    right: 'read_cost',
    parameters: noParameters,
    response: answerOf(costPrices),
  },
  costOverrides: {
    path: '/cost/overrides',
    summary: 'Overrides of the price list: by whom, when and why',
    right: 'read_cost',
    parameters: ownedParameters,
    response: answerOf(costOverridesAnswer),
  },
  costReconcile: {
    path: '/cost/reconcile',
    summary: 'What was projected against what was billed, by resource and meter, with the difference explained or not',
    right: 'read_cost',
    parameters: costProjectionsParameters,
    response: answerOf(costReconcile),
  },
  costBudgets: {
    path: '/cost/budgets',
    summary: 'Monthly budgets, their owners and current status',
    right: 'read_cost',
    parameters: ownedParameters,
    response: answerOf(costBudgetsAnswer),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putCostOverrides: {
    method: 'put',
    path: '/cost/overrides',
    summary: 'Lays overrides over the price list and withdraws others; nothing is deleted',
    right: 'decide_cost',
    body: costOverridesBody,
    response: answerOf(costOverridesAnswer),
    problems: [404, 409],
  },
  putCostBudgets: {
    method: 'put',
    path: '/cost/budgets',
    summary: 'Sets budgets and withdraws others; nothing is deleted',
    right: 'decide_cost',
    body: costBudgetsBody,
    response: answerOf(costBudgetsAnswer),
    problems: [404, 409],
  },
  decideCost: {
    method: 'post',
    path: '/cost/decisions',
    summary: 'Notes what was decided about a circuit',
    right: 'decide_cost',
    body: costDecisionBody,
    response: answerOf(costDecision),
    problems: [404],
  },
  noteCostOutcome: {
    method: 'put',
    path: '/cost/decisions/{id}',
    summary: 'Notes what came of a decision',
    right: 'decide_cost',
    body: costOutcomeBody,
    response: answerOf(costDecision),
    problems: [404],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>

/** Files: for spreadsheets, and for tools that read FOCUS. */
export const plainEndpoints = {
  costFocus: { path: '/api/v1/cost/focus', right: 'read_cost', parameters: costProjectionsParameters },
  costWeeklyCsv: { path: '/api/v1/cost/weekly/csv', right: 'read_cost', parameters: costWeeklyParameters },
} as const satisfies Record<string, PlainEndpoint>

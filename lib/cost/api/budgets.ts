import { z } from 'zod'
import { budgetStandingSchema } from './cost.ts'
import { costCurrencySchema, formatCost, decimalNumberSchema, signedStatementSchema } from './words.ts'

/** A monthly spending limit for some circuits, or for all circuits of a customer, with a responsible owner. */
export const costBudgetSchema = z.strictObject({
  name: formatCost(100),
  owner: formatCost(200).describe('person or team that is responsible: a name, an address, a team'),
  for: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('circuits'),
      circuitIds: z.array(formatCost(2_048)).min(1, 'name a circuit').max(1_000).describe('short ids or ARM ids'),
    }),
    z.strictObject({
      kind: z.literal('customer'),
      customer: formatCost(100).describe('name of a customer, or id of a subscription'),
    }),
  ]),
  amount: decimalNumberSchema.describe('amount for each calendar month'),
  currency: costCurrencySchema,
})
export type CostBudget = z.output<typeof costBudgetSchema>

export const costBudgetsAnswer = z.object({
  version: z
    .int()
    .min(0)
    .describe('version of the listed budgets; to change budgets, request the list without `customer`'),
  budgets: z
    .array(signedStatementSchema.extend({ budget: costBudgetSchema }))
    .describe('all budgets that were ever set, newest first; the list is also the audit log'),
  standings: z.array(budgetStandingSchema).describe('comparison of the budgets in force with this month'),
})
export type CostBudgetsAnswer = z.infer<typeof costBudgetsAnswer>

export const costBudgetsBody = z.strictObject({
  version: z.int().min(0).describe('version that was edited; 409 if it has changed since'),
  set: z.array(costBudgetSchema).max(100).default([]),
  withdraw: z.array(formatCost(100)).max(1_000).default([]).describe('ids of budgets to withdraw'),
  why: formatCost(500),
})
export type CostBudgetsBody = z.output<typeof costBudgetsBody>

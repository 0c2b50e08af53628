import { z } from 'zod'
import { budgetStatusSchema } from './cost.ts'
import { costCurrencySchema, createCostTextSchema, decimalNumberSchema, signedStatementSchema } from './text-schemas.ts'

/** A monthly spending limit for some circuits, or for all circuits of a customer, with a responsible owner. */
export const costBudgetSchema = z.strictObject({
  name: createCostTextSchema(100),
  owner: createCostTextSchema(200).describe('person or team that is responsible: a name, an address, a team'),
  for: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('circuits'),
      circuitIds: z
        .array(createCostTextSchema(2_048))
        .min(1, 'name a circuit')
        .max(1_000)
        .describe('short ids or ARM ids'),
    }),
    z.strictObject({
      kind: z.literal('customer'),
      customer: createCostTextSchema(100).describe('name of a customer, or id of a subscription'),
    }),
  ]),
  amount: decimalNumberSchema.describe('amount for each calendar month'),
  currency: costCurrencySchema,
})
export type CostBudget = z.output<typeof costBudgetSchema>

export const costBudgetsResponseSchema = z.object({
  version: z
    .int()
    .min(0)
    .describe('version of the listed budgets; to change budgets, request the list without `customer`'),
  budgets: z
    .array(signedStatementSchema.extend({ budget: costBudgetSchema }))
    .describe('all budgets that were ever set, newest first; the list is also the audit log'),
  standings: z.array(budgetStatusSchema).describe('comparison of the budgets in force with this month'),
})
export type CostBudgetsResponse = z.infer<typeof costBudgetsResponseSchema>

export const costBudgetsBodySchema = z.strictObject({
  version: z.int().min(0).describe('version that was edited; 409 if it has changed since'),
  set: z.array(costBudgetSchema).max(100).default([]),
  withdraw: z.array(createCostTextSchema(100)).max(1_000).default([]).describe('ids of budgets to withdraw'),
  why: createCostTextSchema(500),
})
export type CostBudgetsBody = z.output<typeof costBudgetsBodySchema>

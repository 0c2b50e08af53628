import { getCostBudgets, putCostBudgets } from '#lib/cost/answers/index.ts'
import { queryRoute, commandRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costBudgets', ({ db }) => getCostBudgets(db))
export const PUT = commandRoute('putCostBudgets', ({ db, body }) => putCostBudgets(db, body), {
  before: async ({ db }) => (await getCostBudgets(db)).data.budgets,
  after: ({ data }) => data.budgets,
})

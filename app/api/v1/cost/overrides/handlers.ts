import { getCostOverrides, putCostOverrides } from '#lib/cost/answers/index.ts'
import { queryRoute, commandRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costOverrides', ({ db }) => getCostOverrides(db))
export const PUT = commandRoute('putCostOverrides', ({ db, body }) => putCostOverrides(db, body), {
  before: async ({ db }) => (await getCostOverrides(db)).data,
  after: ({ data }) => data,
})

import type { ThresholdsAnswer } from '#lib/contract/index.ts'
import { getThresholds, putThresholds } from '#lib/setup/answers/index.ts'
import { queryRoute, commandRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('thresholds', ({ db }) => getThresholds(db))
export const PUT = commandRoute('putThresholds', ({ db, body }) => putThresholds(db, body), {
  before: async ({ db }) => valuesOf((await getThresholds(db)).data),
  after: ({ data }) => valuesOf(data),
})

const valuesOf = ({ thresholds }: ThresholdsAnswer) =>
  Object.fromEntries(thresholds.map(({ name, value }) => [name, value]))

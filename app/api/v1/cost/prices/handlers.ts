import { getCostPrices } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costPrices', ({ db }) => getCostPrices(db))

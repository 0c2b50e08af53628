import { getCostPrices } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costPrices', ({ db }) => getCostPrices(db))

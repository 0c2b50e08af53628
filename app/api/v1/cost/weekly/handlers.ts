import { getCostWeekly } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costWeekly', ({ db, parameters }) => getCostWeekly(db, parameters))

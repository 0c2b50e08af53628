import { getCostWeekly } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costWeekly', ({ db, parameters }) => getCostWeekly(db, parameters))

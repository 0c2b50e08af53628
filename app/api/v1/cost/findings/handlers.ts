import { getCostFindings } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costFindings', ({ db, parameters }) => getCostFindings(db, parameters))

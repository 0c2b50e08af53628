import { getCostTco } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costTco', ({ db, parameters }) => getCostTco(db, parameters))

import { getCostTco } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costTco', ({ db, parameters }) => getCostTco(db, parameters))

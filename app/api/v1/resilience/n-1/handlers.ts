import { getN1 } from '#lib/resilience/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('n1', ({ db, parameters }) => getN1(db, parameters))

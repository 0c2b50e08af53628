import { lookUpRoute } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('routeLookup', ({ db, parameters }) => lookUpRoute(db, parameters))

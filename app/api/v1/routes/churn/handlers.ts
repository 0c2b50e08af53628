import { getRouteChurn } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('routeChurn', ({ db, parameters }) => getRouteChurn(db, parameters))

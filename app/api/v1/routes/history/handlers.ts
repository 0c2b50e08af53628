import { getRouteHistory } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('routeHistory', ({ db, parameters }) => getRouteHistory(db, parameters))

import { getRouteChanges } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('routeChanges', ({ db, parameters }) => getRouteChanges(db, parameters))

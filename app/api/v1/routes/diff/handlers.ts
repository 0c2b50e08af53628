import { diffRoutes } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('routesDiff', ({ db, parameters }) => diffRoutes(db, parameters))

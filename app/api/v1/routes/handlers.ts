import { listRoutes } from '#lib/routes/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('routes', ({ db, parameters }) => listRoutes(db, parameters))

import { listRouters } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('routers', ({ db, parameters }) => listRouters(db, parameters))

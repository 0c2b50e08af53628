import { listRouters } from '#lib/routers/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('routers', ({ db, parameters }) => listRouters(db, parameters))

import { getRouter } from '#lib/routers/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('router', ({ db, id }) => getRouter(db, id))

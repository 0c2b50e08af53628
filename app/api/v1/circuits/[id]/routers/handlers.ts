import { getCircuitRouters } from '#lib/routers/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('circuitRouters', ({ db, id, parameters }) => getCircuitRouters(db, id, parameters))

import { listGateways } from '#lib/gateways/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('gateways', ({ db, parameters }) => listGateways(db, parameters))

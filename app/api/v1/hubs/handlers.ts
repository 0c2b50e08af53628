import { listHubs } from '#lib/gateways/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('hubs', ({ db, parameters }) => listHubs(db, parameters))

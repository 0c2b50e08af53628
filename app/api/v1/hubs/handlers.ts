import { listHubs } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('hubs', ({ db, parameters }) => listHubs(db, parameters))

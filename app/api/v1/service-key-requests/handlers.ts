import { listServiceKeyRequests } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('serviceKeyRequests', ({ db, parameters }) => listServiceKeyRequests(db, parameters))

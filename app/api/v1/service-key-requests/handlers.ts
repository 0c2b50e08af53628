import { listServiceKeyRequests } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('serviceKeyRequests', ({ db, parameters }) => listServiceKeyRequests(db, parameters))

import { listServiceKeyRequests } from '#lib/queries/index.ts'
import { queryRoute, notAllowed } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('serviceKeyRequests', ({ db, parameters }) => listServiceKeyRequests(db, parameters))
export { notAllowed as DELETE, notAllowed as PATCH, notAllowed as POST, notAllowed as PUT }

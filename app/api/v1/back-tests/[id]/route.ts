import { getBackTest } from '#lib/queries/index.ts'
import { queryRoute, notAllowed } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('backTest', ({ db, id }) => getBackTest(db, id))
export { notAllowed as DELETE, notAllowed as PATCH, notAllowed as POST, notAllowed as PUT }

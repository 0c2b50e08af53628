import { requestServiceKey } from '#lib/queries/index.ts'
import { allowedOnly, commandRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = commandRoute('requestServiceKey', ({ db, id, body }) => requestServiceKey(db, id, body.why))

const postOnly = allowedOnly('POST')
export { postOnly as DELETE, postOnly as GET, postOnly as PATCH, postOnly as PUT }

import { cancelBackTest } from '#lib/queries/index.ts'
import { allowedOnly, commandRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = commandRoute('cancelBackTest', ({ db, id }) => cancelBackTest(db, id))

const postOnly = allowedOnly('POST')
export { postOnly as DELETE, postOnly as GET, postOnly as PATCH, postOnly as PUT }

import { cancelBackTest } from '#lib/answers/index.ts'
import { allowedOnly, commanding } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = commanding('cancelBackTest', ({ db, id }) => cancelBackTest(db, id))

const postOnly = allowedOnly('POST')
export { postOnly as DELETE, postOnly as GET, postOnly as PATCH, postOnly as PUT }

import { askBackTest, getBackTests } from '#lib/answers/index.ts'
import { allowedOnly, answering, commanding } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = answering('backTests', ({ db }) => getBackTests(db))
export const POST = commanding('askBackTest', ({ db, body }) => askBackTest(db, body))

const getOrPost = allowedOnly('GET', 'HEAD', 'POST')
export { getOrPost as DELETE, getOrPost as PATCH, getOrPost as PUT }

import { decideCost } from '#lib/queries/index.ts'
import { allowedOnly, commandRoute } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = commandRoute('decideCost', ({ db, body }) => decideCost(db, body))

const onlyPost = allowedOnly('POST')
export { onlyPost as DELETE, onlyPost as GET, onlyPost as PATCH, onlyPost as PUT }

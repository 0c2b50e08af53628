import { noteCostOutcome } from '#lib/answers/index.ts'
import { allowedOnly, commanding } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const PUT = commanding('noteCostOutcome', ({ db, id, body }) => noteCostOutcome(db, id, body))

const onlyPut = allowedOnly('PUT')
export { onlyPut as DELETE, onlyPut as GET, onlyPut as PATCH, onlyPut as POST }

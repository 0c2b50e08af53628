import { noteCostOutcome } from '#lib/queries/index.ts'
import { allowedOnly, commandRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const PUT = commandRoute('noteCostOutcome', ({ db, id, body }) => noteCostOutcome(db, id, body))

const onlyPut = allowedOnly('PUT')
export { onlyPut as DELETE, onlyPut as GET, onlyPut as PATCH, onlyPut as POST }

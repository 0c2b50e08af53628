import { noteCostOutcome } from '#lib/queries/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const PUT = commandRoute('noteCostOutcome', ({ db, id, body }) => noteCostOutcome(db, id, body))

import { pinIntents } from '#lib/queries/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const POST = commandRoute('pinIntents', ({ db, body }) => pinIntents(db, body))

import { whatIf } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('whatIf', ({ db, parameters }) => whatIf(db, parameters))

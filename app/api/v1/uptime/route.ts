import { getUptime } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('uptime', ({ db, parameters }) => getUptime(db, parameters))

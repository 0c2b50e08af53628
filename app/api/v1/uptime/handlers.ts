import { getUptime } from '#lib/reports/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('uptime', ({ db, parameters }) => getUptime(db, parameters))

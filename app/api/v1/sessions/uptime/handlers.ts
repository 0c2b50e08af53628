import { getSessionUptime } from '#lib/sessions/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('sessionUptime', ({ db, parameters }) => getSessionUptime(db, parameters))

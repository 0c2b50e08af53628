import { listSessions } from '#lib/sessions/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('sessions', ({ db, parameters }) => listSessions(db, parameters))

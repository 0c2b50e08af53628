import { getSessionHistory } from '#lib/sessions/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('sessionHistory', ({ db, parameters }) => getSessionHistory(db, parameters))

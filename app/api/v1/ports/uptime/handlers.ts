import { getLinkUptime } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('linkUptime', ({ db, parameters }) => getLinkUptime(db, parameters))

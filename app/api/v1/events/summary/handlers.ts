import { getEventsSummary } from '#lib/incidents/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('eventsSummary', ({ db, parameters }) => getEventsSummary(db, parameters))

import { getIntents } from '#lib/resilience/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('intents', ({ db, parameters }) => getIntents(db, parameters))

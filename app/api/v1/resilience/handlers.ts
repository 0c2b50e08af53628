import { getResilience } from '#lib/resilience/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('resilience', ({ db, parameters }) => getResilience(db, parameters))

import { getExpectedDrill } from '#lib/resilience/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('expectedDrill', ({ db, parameters }) => getExpectedDrill(db, parameters))

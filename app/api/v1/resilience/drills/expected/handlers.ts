import { getExpectedDrill } from '#lib/queries/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('expectedDrill', ({ db, parameters }) => getExpectedDrill(db, parameters))

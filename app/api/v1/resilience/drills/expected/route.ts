import { getExpectedDrill } from '#lib/queries/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('expectedDrill', ({ db, parameters }) => getExpectedDrill(db, parameters))

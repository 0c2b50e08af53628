import { getBackTest } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('backTest', ({ db, id }) => getBackTest(db, id))

import { getBackTest } from '#lib/setup/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('backTest', ({ db, id }) => getBackTest(db, id))

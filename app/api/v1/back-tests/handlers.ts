import { askBackTest, getBackTests } from '#lib/setup/answers/index.ts'
import { queryRoute, commandRoute } from '../../_http/handler.ts'

export const GET = queryRoute('backTests', ({ db }) => getBackTests(db))
export const POST = commandRoute('askBackTest', ({ db, body }) => askBackTest(db, body))

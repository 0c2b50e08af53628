import { cancelBackTest } from '#lib/queries/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const POST = commandRoute('cancelBackTest', ({ db, id }) => cancelBackTest(db, id))

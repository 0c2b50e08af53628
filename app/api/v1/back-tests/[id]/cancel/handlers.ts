import { cancelBackTest } from '#lib/setup/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const POST = commandRoute('cancelBackTest', ({ db, id }) => cancelBackTest(db, id))

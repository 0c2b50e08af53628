import { requestServiceKey } from '#lib/circuits/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const POST = commandRoute('requestServiceKey', ({ db, id, body }) => requestServiceKey(db, id, body.why))

import { cancelN2 } from '#lib/resilience/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const POST = commandRoute('cancelN2', ({ db, body, caller }) => cancelN2(db, body, caller.scope))

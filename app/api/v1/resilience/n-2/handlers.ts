import { computeN2, getN2 } from '#lib/resilience/answers/index.ts'
import { commandRoute, queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('n2', ({ db }) => getN2(db))
export const POST = commandRoute('computeN2', ({ db, body, caller }) => computeN2(db, body, caller.scope))

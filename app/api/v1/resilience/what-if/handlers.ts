import { whatIf } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('whatIf', ({ db, parameters, caller }) =>
  whatIf(db, parameters, { mayReadCost: caller.rights.has('read_cost') }),
)

import { whatIf } from '#lib/resilience/answers/index.ts'
import { whatIfCost } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('whatIf', ({ db, parameters, caller }) =>
  whatIf(db, parameters, { costOfMonth: caller.rights.has('read_cost') ? whatIfCost : null }),
)

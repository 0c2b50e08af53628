import { getOverview } from '#lib/overview/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('overview', ({ db, caller }) =>
  getOverview(db, { mayReadCost: caller.rights.has('read_cost') }),
)

import { getPrefixCounts } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('prefixCounts', ({ db, parameters }) => getPrefixCounts(db, parameters))

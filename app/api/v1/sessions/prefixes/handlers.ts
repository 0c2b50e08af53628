import { getPrefixCounts } from '#lib/sessions/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('prefixCounts', ({ db, parameters }) => getPrefixCounts(db, parameters))

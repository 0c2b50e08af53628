import { getCostReconcile } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costReconcile', ({ db, parameters }) => getCostReconcile(db, parameters))

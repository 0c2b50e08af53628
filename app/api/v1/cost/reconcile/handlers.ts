import { getCostReconcile } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costReconcile', ({ db, parameters }) => getCostReconcile(db, parameters))

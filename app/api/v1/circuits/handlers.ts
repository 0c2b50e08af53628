import { listCircuits } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('circuits', ({ db, parameters }) => listCircuits(db, parameters))

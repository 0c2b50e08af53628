import { listCircuits } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('circuits', ({ db, parameters }) => listCircuits(db, parameters))

import { listPorts } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('ports', ({ db, parameters }) => listPorts(db, parameters))

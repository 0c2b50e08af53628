import { getCircuitHistory } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('circuitHistory', ({ db, parameters }) => getCircuitHistory(db, parameters))

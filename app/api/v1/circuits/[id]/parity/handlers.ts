import { getCircuitParity } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('circuitParity', ({ db, id, parameters }) => getCircuitParity(db, id, parameters))

import { getCircuit } from '#lib/circuits/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('circuit', ({ db, id }) => getCircuit(db, id))

import { getCircuitTraffic } from '#lib/usage/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('circuitTraffic', ({ db, id, parameters }) => getCircuitTraffic(db, id, parameters))

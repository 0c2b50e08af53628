import { getCircuitUsage } from '#lib/usage/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('circuitUsage', ({ db, id, parameters }) => getCircuitUsage(db, id, parameters))

import { getGateway } from '#lib/gateways/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('gateway', ({ db, id }) => getGateway(db, id))

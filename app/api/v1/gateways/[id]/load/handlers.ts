import { getGatewayLoad } from '#lib/gateways/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('gatewayLoad', ({ db, id, parameters }) => getGatewayLoad(db, id, parameters))

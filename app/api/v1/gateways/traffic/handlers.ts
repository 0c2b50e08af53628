import { getGatewayTraffic } from '#lib/gateways/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('gatewayTraffic', ({ db }) => getGatewayTraffic(db))

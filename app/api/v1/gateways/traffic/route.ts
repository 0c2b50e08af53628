import { getGatewayTraffic } from '#lib/queries/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = queryRoute('gatewayTraffic', ({ db }) => getGatewayTraffic(db))

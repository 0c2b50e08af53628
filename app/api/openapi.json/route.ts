import { openApiDocument, plainEndpoints } from '#lib/api/index.ts'
import { plainRoute } from '../_http/handler.ts'
import { version } from '../../../package.json'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = plainRoute(plainEndpoints.openapi, async () =>
  Response.json(openApiDocument(version), { headers: { 'cache-control': 'no-store' } }),
)

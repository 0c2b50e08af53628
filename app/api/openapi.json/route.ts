import { buildOpenApiDocument, plainEndpoints } from '#lib/api/index.ts'
import { createNonJsonHandler } from '../_http/handler.ts'
import { version } from '../../../package.json'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = createNonJsonHandler(plainEndpoints.openapi, async ({ parameters }) =>
  Response.json(buildOpenApiDocument(version, parameters.room), { headers: { 'cache-control': 'no-store' } }),
)

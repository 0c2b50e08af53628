import { buildOpenApiDocument, nonJsonApiEndpoints } from '#lib/api/index.ts'
import { createNonJsonHandler } from '../_http/handler.ts'
import { version } from '../../../package.json'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = createNonJsonHandler(nonJsonApiEndpoints.openapi, async ({ parameters }) =>
  Response.json(buildOpenApiDocument(version, parameters.room), { headers: { 'cache-control': 'no-store' } }),
)

import { getDatabaseForUse } from '#lib/questions/index.ts'
import { nonJsonApiEndpoints } from '#lib/api/index.ts'
import { readScrapeMetrics } from '#lib/setup/answers/index.ts'
import { createNonJsonHandler } from '../api/_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Returns the metrics in the Prometheus text exposition format, or in OpenMetrics if the client accepts it. */
export const GET = createNonJsonHandler(nonJsonApiEndpoints.metrics, async ({ request, caller }) => {
  const accept = request.headers.get('accept')
  const { text, contentType } = await readScrapeMetrics(getDatabaseForUse('health'), caller.scope, { accept })
  return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
})

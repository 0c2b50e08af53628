import { getDatabaseForUse } from '#lib/questions/index.ts'
import { getHealth } from '#lib/setup/answers/index.ts'
import { buildId } from '../../_build/build-id.ts'
import { createPublicHandler } from '../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/**
 * Health check for load balancers and supervisors. Responds with 200 while the database responds, otherwise with 503.
 */
export const GET = createPublicHandler(async () => {
  const health = await getHealth(getDatabaseForUse('health'))
  return Response.json(
    { ...health, build: buildId },
    { status: health.status === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
})

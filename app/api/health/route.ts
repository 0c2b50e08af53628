import { databaseForUse } from '#lib/questions/index.ts'
import { getHealth } from '#lib/setup/answers/index.ts'
import { buildId } from '../../_build/build-id.ts'
import { publicRoute } from '../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Health for load balancers and supervisors: 200 while the database answers, otherwise 503. */
export const GET = publicRoute(async () => {
  const health = await getHealth(databaseForUse('health'))
  return Response.json(
    { ...health, build: buildId },
    { status: health.status === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
})

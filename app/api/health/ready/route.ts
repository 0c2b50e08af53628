import { getDatabaseForUse } from '#lib/questions/index.ts'
import { getReadiness } from '#lib/setup/answers/index.ts'
import { createPublicHandler } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Readiness check for alerting. Responds with 200 while writes, polls and alerting work, otherwise with 503. */
export const GET = createPublicHandler(async () => {
  const ready = await getReadiness(getDatabaseForUse('health'))
  const { writes, polls, alerting } = ready
  return Response.json(ready, {
    status: writes && polls && alerting ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  })
})

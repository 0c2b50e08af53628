import type { ProcessLiveness } from '#lib/setup/api/index.ts'
import { createPublicHandler } from '../../_http/handler.ts'
import { buildId } from '../../../_build/build-id.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/**
 * Liveness check for a process supervisor. Responds with 200 while the process can respond; does not query the
 * database.
 */
export const GET = createPublicHandler(async () => {
  const live: ProcessLiveness = { status: 'ok', build: buildId }
  return Response.json(live, { headers: { 'cache-control': 'no-store' } })
})

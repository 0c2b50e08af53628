import { databaseFor, metricsFor } from '#lib/queries/index.ts'
import { plainRoute } from '../api/_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Prometheus' text exposition format. */
export const GET = plainRoute('metrics', async (_, caller) => {
  const { text, contentType } = await metricsFor(databaseFor('health'), caller.scope)
  return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
})

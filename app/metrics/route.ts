import { databaseFor, prometheusText } from '#lib/queries/index.ts'
import { plainRoute } from '../api/_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Prometheus' text exposition format. */
export const GET = plainRoute('metrics', async () => {
  const { text, contentType } = await prometheusText(databaseFor('health'))
  return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
})

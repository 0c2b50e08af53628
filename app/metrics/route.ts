import { databaseFor, prometheusText } from '#lib/queries/index.ts'
import { guarded } from '../api/_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Prometheus' text exposition format. */
export function GET(request: Request): Promise<Response> {
  return guarded(request, async () => {
    const { text, contentType } = await prometheusText(databaseFor('health'))
    return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
  })
}
export {
  notAllowed as DELETE,
  notAllowed as PATCH,
  notAllowed as POST,
  notAllowed as PUT,
} from '../api/_http/handler.ts'

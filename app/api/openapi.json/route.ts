import { openApiDocument } from '#lib/contract/index.ts'
import { version } from '../../../package.json'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export function GET(): Response {
  return Response.json(openApiDocument(version), { headers: { 'cache-control': 'no-store' } })
}

import { z } from 'zod'
import { findLinkPurpose } from '#lib/access/index.ts'
import { getDatabaseForUse } from '#lib/questions/index.ts'
import { createPublicHandler } from '../../../_http/handler.ts'
import { parseRequestBody } from '../../../_http/query.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const body = z.strictObject({ secret: z.string().max(200) })

/**
 * Returns the purpose of a one-time link; null if the link was used or has expired. The method is POST so that the
 * secret is in the body, because URLs are logged.
 */
export const POST = createPublicHandler(async (request) => {
  const { secret } = await parseRequestBody(request, body)
  const data = await findLinkPurpose(getDatabaseForUse('commands').pool, secret)
  return Response.json({ data }, { headers: { 'cache-control': 'no-store' } })
})

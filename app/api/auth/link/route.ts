import { z } from 'zod'
import { readClientAddress, recordAuditEntry, redeemLink } from '#lib/access/index.ts'
import { getDatabaseForUse } from '#lib/questions/index.ts'
import { createPublicHandler } from '../../_http/handler.ts'
import { parseRequestBody } from '../../_http/query.ts'
import { refuseForeignOrigin } from '../../_http/foreign-origin.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const body = z.strictObject({
  secret: z.string().max(200),
  password: z.string().max(1_000),
  email: z.string().max(254).optional(),
  name: z.string().max(200).optional(),
})

/** Redeems a one-time link, for example to set a password. The secret of the link authorizes the request. */
export const POST = createPublicHandler(async (request) => {
  // checked before the link is used up, because the sign-in that follows would be refused at another address
  const refused = refuseForeignOrigin(request)
  if (refused) return refused
  const db = getDatabaseForUse('commands')
  const { id, email, isFirstAdmin } = await redeemLink(db, await parseRequestBody(request, body))
  await recordAuditEntry(
    db.pool,
    { kind: 'person', id, name: email },
    {
      action: isFirstAdmin ? 'addFirstAdmin' : 'choosePassword',
      subject: email,
      before: null,
      after: isFirstAdmin ? { email, role: 'admin' } : null,
      address: readClientAddress(request.headers),
    },
  )
  return Response.json({ data: { email } }, { headers: { 'cache-control': 'no-store' } })
})

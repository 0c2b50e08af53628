import { z } from 'zod'
import {
  readClientAddress,
  endSignInSessions,
  recordAuditEntry,
  UnauthenticatedError,
  AccessNotFoundError,
} from '#lib/access/index.ts'
import { publishAccessChange, getDatabaseForUse } from '#lib/questions/index.ts'
import { createPublicHandler } from '../../_http/handler.ts'
import { parseRequestBody } from '../../_http/query.ts'
import { findSignedInUser } from '../../../_shared/sign-in.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const body = z.strictObject({ id: z.string().max(100).optional() })

/**
 * Ends a sign-in session of the caller or, without an ID, all of the caller's sessions except the current session.
 * Users without a role may do this too.
 */
export const POST = createPublicHandler(async (request) => {
  const person = await findSignedInUser(request)
  if (!person?.session) throw new UnauthenticatedError()
  const { id } = await parseRequestBody(request, body)
  const { pool } = getDatabaseForUse('commands')
  const ended = await endSignInSessions(pool, person.id, id === undefined ? { except: person.session } : { id })
  if (id !== undefined && ended === 0) throw new AccessNotFoundError('There is no such session.')
  await recordAuditEntry(pool, person, {
    action: 'endSessions',
    subject: person.id,
    before: null,
    after: { ended },
    address: readClientAddress(request.headers),
  })
  await publishAccessChange(pool)
  return Response.json({ data: { ended } }, { headers: { 'cache-control': 'no-store' } })
})

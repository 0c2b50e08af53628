import {
  readClientAddress,
  isSignInRequest,
  recordAuditEntry,
  readSecondFactor,
  formatSecondFactor,
  UnauthenticatedError,
} from '#lib/access/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { publishAccessChange, getDatabaseForUse } from '#lib/questions/index.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { createPublicHandler } from '../../_http/handler.ts'
import { createProblemResponse } from '../../_http/problem-response.ts'
import { refuseForeignOrigin } from '../../_http/foreign-origin.ts'
import { findSignedInUser, getSignInService } from '../../../_shared/sign-in.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/**
 * Names under which actions of signed-in users are recorded in the audit log, by path. A sign-in is recorded elsewhere
 * (`onSignIn`), because only that code knows its method.
 */
const RECORDED: Readonly<Record<string, string>> = createSafeLookupTable({
  '/api/auth/sign-out': 'signOut',
  '/api/auth/change-password': 'changePassword',
  '/api/auth/two-factor/verify-totp': 'enableSecondFactor',
  '/api/auth/two-factor/disable': 'disableSecondFactor',
  '/api/auth/two-factor/generate-backup-codes': 'makeRecoveryCodes',
  '/api/auth/passkey/verify-registration': 'addPasskey',
  '/api/auth/passkey/delete-passkey': 'removePasskey',
})

/**
 * Paths that need a signed-in user. This file checks them, because better-auth does not know that a session can end by
 * inactivity.
 */
const OF_PEOPLE = new Set([
  '/api/auth/change-password',
  '/api/auth/verify-password',
  '/api/auth/two-factor/enable',
  '/api/auth/two-factor/disable',
  '/api/auth/two-factor/generate-backup-codes',
  '/api/auth/passkey/generate-register-options',
  '/api/auth/passkey/verify-registration',
  '/api/auth/passkey/delete-passkey',
])

/** Handles sign-in and sign-out, and changes of the signed-in user's password and second factor. */
const answer = createPublicHandler(async (request) => {
  const { pathname } = new URL(request.url)
  if (getSettings().access === 'open' || !isSignInRequest(request.method, pathname))
    return createProblemResponse(404, 'There is no such resource; docs/access.md describes the sign-in.', request)
  const refused = refuseForeignOrigin(request)
  if (refused) return refused
  const action = RECORDED[pathname]
  // user who is signed in before the request is handled; null if there is no valid session
  const person = action !== undefined || OF_PEOPLE.has(pathname) ? await findSignedInUser(request) : null
  if (person === null && OF_PEOPLE.has(pathname)) throw new UnauthenticatedError()
  const { pool } = getDatabaseForUse('commands')
  const factorOf = async (id: string) => formatSecondFactor(await readSecondFactor(pool, id))
  const before = person && (await factorOf(person.id))
  const { auth } = await getSignInService()
  const response = await auth.handler(request)
  if (person && action !== undefined && response.ok) {
    const after = await factorOf(person.id)
    const changed = JSON.stringify(before) === JSON.stringify(after) ? { before: null, after: null } : { before, after }
    await recordAuditEntry(pool, person, {
      action,
      subject: '',
      ...changed,
      address: readClientAddress(request.headers),
    })
    await publishAccessChange(pool)
  }
  return response
})

export { answer as GET, answer as POST }

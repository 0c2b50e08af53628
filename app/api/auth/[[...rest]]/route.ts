import { addressOf, isSignInRequest, recordChange } from '#lib/access/index.ts'
import { announceAccess, databaseFor } from '#lib/queries/index.ts'
import { settings } from '#lib/platform/settings.ts'
import { publicRoute } from '../../_http/handler.ts'
import { problemResponse } from '../../_http/problem-response.ts'
import { refusedElsewhere } from '../../_http/sign-in-address.ts'
import { personOf, signIn } from '../../../_shared/sign-in.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** What the audit keeps; sign-ins are recorded where their method is known. */
const RECORDED: Readonly<Record<string, string>> = {
  '/api/auth/sign-out': 'signOut',
  '/api/auth/change-password': 'changePassword',
}

/** Signs in and out, and changes the password of who is signed in. */
const answer = publicRoute(async (request) => {
  const { pathname } = new URL(request.url)
  if (settings().access === 'open' || !isSignInRequest(request.method, pathname))
    return problemResponse(404, 'There is no such resource; docs/access.md describes the sign-in.', request)
  const refused = refusedElsewhere(request)
  if (refused) return refused
  // a session that has ended names nobody
  const action = RECORDED[pathname]
  const person = action === undefined ? null : await personOf(request)
  const { auth } = await signIn()
  const response = await auth.handler(request)
  if (person && action !== undefined && response.ok) {
    const address = addressOf(request.headers)
    const { pool } = databaseFor('commands')
    await recordChange(pool, person, { action, subject: '', before: null, after: null, address })
    await announceAccess(pool)
  }
  return response
})

export { answer as GET, answer as POST }

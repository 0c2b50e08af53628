import { isSignInRequest } from '#lib/access/index.ts'
import { settings } from '#lib/platform/settings.ts'
import { publicRoute } from '../../_http/handler.ts'
import { problemResponse } from '../../_http/problem-response.ts'
import { signIn } from '../../../_shared/sign-in.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Signs in and out, and changes the password of who is signed in. */
const answer = publicRoute(async (request) => {
  const { pathname } = new URL(request.url)
  if (settings().access === 'open' || !isSignInRequest(request.method, pathname))
    return problemResponse(404, 'There is no such resource; docs/access.md describes the sign-in.', request)
  const { auth } = await signIn()
  return auth.handler(request)
})

export { answer as GET, answer as POST }

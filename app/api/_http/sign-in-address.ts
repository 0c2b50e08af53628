import { signInElsewhere, signInOrigins } from '#lib/access/index.ts'
import { publicAddress } from '#lib/platform/environment.ts'
import { settings } from '#lib/platform/settings.ts'
import { problemResponse } from './problem-response.ts'

/** The refusal of what signs people in and was sent from a page at another address; null = it is at the right one. */
export function refusedElsewhere(request: Request): Response | null {
  const detail = signInElsewhere(signInOrigins(publicAddress(settings())), request.headers.get('origin'))
  return detail === null ? null : problemResponse(403, detail, request)
}

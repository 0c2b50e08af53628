import { findSignInOriginFault, parseSignInOrigins } from '#lib/access/index.ts'
import { getPublicAddress } from '#lib/platform/environment.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { createProblemResponse } from './problem-response.ts'

/**
 * Returns an error response if a page at another address than the configured addresses sends a sign-in request; null if
 * the address is right.
 */
export function refuseForeignOrigin(request: Request): Response | null {
  const detail = findSignInOriginFault(
    parseSignInOrigins(getPublicAddress(getSettings())),
    request.headers.get('origin'),
  )
  return detail === null ? null : createProblemResponse(403, detail, request)
}

import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/** Error text that is shown if the sign-in API did not respond. */
const UNKNOWN = 'Peerwatch could not be reached from this browser.'

/**
 * Error texts by error code of the sign-in API. They tell the user how to continue. For other codes, the text in the
 * API's response is shown.
 */
const WORDS: Readonly<Record<string, string>> = createSafeLookupTable({
  INVALID_PASSWORD: 'The password is not right.',
  INVALID_CODE: 'This code is not right: take the one that the app shows now.',
  INVALID_BACKUP_CODE: 'This recovery code is not right, or was used before.',
  INVALID_TWO_FACTOR_COOKIE: 'The sign-in took too long: begin again with the password.',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'Too many codes were wrong: begin again with the password.',
  ACCOUNT_TEMPORARILY_LOCKED: 'Too many codes were wrong. Try again in 15 minutes, or use a passkey.',
  PASSKEY_NOT_FOUND: 'This passkey is not known here: it was removed, or is of another Peerwatch.',
  SESSION_NOT_FRESH: 'You signed in more than a day ago: sign out and in again first.',
})

/**
 * Sends a POST request to the sign-in API. The general function for API requests cannot be used, because responses of
 * the sign-in API have another form.
 * @throws Error whose message can be shown to the user
 */
export const postSignInApi = <Body>(path: string, body: unknown): Promise<Body> =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/**
 * Sends a GET request to the sign-in API.
 * @throws Error whose message can be shown to the user
 */
export const getFromSignInApi = <Body>(path: string): Promise<Body> => ask(path, {})

async function ask<Body>(path: string, init: RequestInit): Promise<Body> {
  let response: Response
  try {
    response = await fetch(`/api/auth/${path}`, init)
  } catch {
    throw new Error(UNKNOWN)
  }
  const answer = (await response.json().catch(() => null)) as {
    message?: string
    detail?: string
    code?: string
  } | null
  if (response.ok) return answer as Body
  throw new Error(
    WORDS[answer?.code ?? ''] ?? answer?.detail ?? answer?.message ?? `Peerwatch answered with ${response.status}.`,
  )
}

/**
 * Response of the sign-in API to a correct password. If `twoFactorRedirect` is true, the user must also enter a code;
 * otherwise the user is signed in.
 */
export interface SignInApiResponse {
  twoFactorRedirect?: boolean
}

/**
 * Returns the page to open after signing in. It is always a page of Peerwatch and never another site. An invalid value
 * becomes `/`.
 * @param wanted value of the `next` parameter in the URL
 */
export function resolveOwnPage(wanted: string | null | undefined): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, 'http://here')) return '/'
  const { origin, pathname, search, hash } = new URL(wanted, 'http://here')
  if (origin !== 'http://here' || pathname.startsWith('//') || pathname.startsWith('/sign-in')) return '/'
  return pathname + search + hash
}

/**
 * Returns the origin of the current page and the URL of the same page at the main sign-in address. Returns null if the
 * current page already has one of the sign-in addresses.
 * @param origins origins at which users can sign in; the first is the main address
 * @param address URL of the current page
 */
export function findSignInAddress(
  [first, ...others]: readonly [string, ...string[]],
  address: string,
): { here: string; href: string } | null {
  const { origin, pathname, search, hash } = new URL(address)
  if (origin === first || others.includes(origin)) return null
  return { here: origin, href: `${first}${pathname}${search}${hash}` }
}

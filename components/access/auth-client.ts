import { wordTable } from '#lib/bgp/word-table.ts'

/** Error text if the sign-in API could not be reached. */
const UNKNOWN = 'Peerwatch could not be reached from this browser.'

/**
 * Error texts by error code of the sign-in API. They tell the user how to continue. For other codes, the text of the
 * response is shown.
 */
const WORDS: Readonly<Record<string, string>> = wordTable({
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
 * Sends a POST request to the sign-in API. It needs a separate function, because the API's responses have another form
 * than those of the other endpoints.
 * @throws Error whose message can be shown to the user
 */
export const sendAuth = <Body>(path: string, body: unknown): Promise<Body> =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/**
 * Sends a GET request to the sign-in API.
 * @throws Error whose message can be shown to the user
 */
export const getAuth = <Body>(path: string): Promise<Body> => ask(path, {})

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
 * Response to a correct password. If `twoFactorRedirect` is true, the user must also enter a code; otherwise the user
 * is signed in.
 */
export interface SignInAnswer {
  twoFactorRedirect?: boolean
}

/**
 * Returns the page to open after signing in. It is always a page of Peerwatch, never another site; an invalid value
 * becomes `/`.
 * @param wanted `next` parameter of the address
 */
export function resolveOwnPage(wanted: string | null | undefined): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, 'http://here')) return '/'
  const { origin, pathname, search, hash } = new URL(wanted, 'http://here')
  if (origin !== 'http://here' || pathname.startsWith('//') || pathname.startsWith('/sign-in')) return '/'
  return pathname + search + hash
}

/**
 * Returns the origin of the page and the same page at the main sign-in address. Returns null if the page is already
 * open at one of the sign-in addresses.
 * @param origins addresses at which people can sign in; the first is used for the link
 * @param address address of the page
 */
export function findSignInAddress(
  [first, ...others]: readonly [string, ...string[]],
  address: string,
): { here: string; href: string } | null {
  const { origin, pathname, search, hash } = new URL(address)
  if (origin === first || others.includes(origin)) return null
  return { here: origin, href: `${first}${pathname}${search}${hash}` }
}

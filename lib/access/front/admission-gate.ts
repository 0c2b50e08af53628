import type { IncomingHttpHeaders } from 'node:http'
import { allApiEndpoints, nonJsonApiEndpoints } from '#lib/api/index.ts'
import {
  type RequestCaller,
  type EndpointDefinition,
  INBOUND_REQUESTS_PATH,
  type NonJsonEndpoint,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { OPEN_ACCESS_CALLER } from '../caller/caller.ts'
import { getWallCookieName, readWallToken } from '../caller/cookies.ts'
import { findCallerByCookie, findCallerByToken } from '../store/credentials.ts'
import { type FrontRefusal, isApiOrMetricsPath, getRequestPath } from '../refusal.ts'
import { hashSecret, isTokenText } from '../tokens/token-text.ts'

/**
 * Paths that need no sign-in, in addition to {@link PUBLIC_FOLDERS}. The gate requires a caller for all other paths, so
 * that a new path is protected unless it is added here.
 */
const PUBLIC = new Set([
  '/sign-in',
  '/sign-in/link',
  '/icon.svg',
  '/api/health',
  '/api/health/live',
  '/api/health/ready',
])

// the vendors of notification channels cannot sign in; instead, their requests to INBOUND_REQUESTS_PATH are signed
const PUBLIC_FOLDERS = ['/_next/static/', '/api/auth/', INBOUND_REQUESTS_PATH]

/**
 * Reports whether a path needs no sign-in.
 * @param path the path as sent. If a public path is spelled differently, it is not public.
 */
const isPublic = (path: string): boolean =>
  PUBLIC.has(path) || PUBLIC_FOLDERS.some((folder) => path.startsWith(folder) && !path.includes('..'))

/** Paths that wall displays may request: the wall page, and the endpoints that are declared with `forWalls`. */
const OF_WALLS = new Set([
  '/wall',
  ...Object.values<EndpointDefinition>(allApiEndpoints).flatMap(({ path, forWalls }) =>
    forWalls ? `/api/v1${path}` : [],
  ),
  ...Object.values<NonJsonEndpoint>(nonJsonApiEndpoints).flatMap(({ path, forWalls }) => (forWalls ? path : [])),
])

const isForWalls = (path: string): boolean => OF_WALLS.has(path)

/** Path of the account page, the only page that a user without a role can open. */
const ACCOUNT_PATH = '/account'

const SIGN_IN_PATH = '/sign-in'

/** Returns the address of the sign-in page. After the sign-in, the user is sent to the page at `url`. */
const signInFor = (url: string): string =>
  url === '/' ? SIGN_IN_PATH : `${SIGN_IN_PATH}?next=${encodeURIComponent(url)}`

/**
 * The result of a gate: the caller of the request (null for a path that needs no sign-in), or the response with which
 * the request is refused.
 */
type Admission = { caller: RequestCaller | null } | { answer: FrontRefusal }

/**
 * A function that decides whether a request is admitted.
 * @throws the error of the database if it cannot be queried
 */
export type AdmissionGate = (request: {
  method: string
  url: string
  headers: IncomingHttpHeaders
}) => Promise<Admission>

/** A gate for open access, which admits every request with the caller {@link OPEN_ACCESS_CALLER}. */
export const createOpenAccessGate: AdmissionGate = async () => ({ caller: OPEN_ACCESS_CALLER })

/**
 * Maximum age of a wall display's cookie in seconds. It is the maximum that browsers allow, 400 days, because a wall
 * may show its page for longer than a year without loading it again. It does not need to limit the access, because an
 * admin can limit and revoke the token in the cookie.
 */
const WALL_COOKIE_SECONDS = 400 * 24 * 3_600

/**
 * Returns a gate for required sign-in. Outside the public paths it admits only requests with a token in the
 * Authorization header, with the cookie of a sign-in, or with the cookie of a wall display.
 * @param given `cookieKey`: the key for signing the cookies of sign-ins. `isHttps`: whether users reach the web by
 *   https.
 */
export function createSignInGate(given: { db: SqlExecutor; cookieKey: string; isHttps: boolean }): AdmissionGate {
  const { db, isHttps } = given
  return async ({ method, url, headers }) => {
    const path = getRequestPath(url)
    if (isPublic(path)) return { caller: null }
    if (path === '/wall') {
      const exchanged = await exchange(db, url, isHttps)
      if (exchanged) return { answer: exchanged }
    }
    if (headers.authorization !== undefined) {
      const caller = await ofBearer(db, headers.authorization)
      if (!caller)
        return {
          answer: unauthenticated('The token is unknown, revoked, expired, or suspended until its owner signs in.'),
        }
      return withinReach(caller, path, url)
    }
    const caller = (await ofSession(given, headers)) ?? (isForWalls(path) ? await ofWall(given, headers) : null)
    if (caller) return withinReach(caller, path, url)
    const hasWallCookie = readWallToken(headers.cookie, isHttps) !== null
    if (isApiOrMetricsPath(path)) {
      return {
        answer: unauthenticated(
          hasWallCookie && isForWalls(path)
            ? 'The access of this wall was revoked or has expired.'
            : 'Sign in, or send a token: Authorization: Bearer pw_...',
        ),
      }
    }
    if (method !== 'GET' && method !== 'HEAD') return { answer: unauthenticated('Sign in first.') }
    return { answer: redirect(signInFor(url)) }
  }
}

async function ofBearer(db: SqlExecutor, header: string): Promise<RequestCaller | null> {
  const [, token = ''] = /^Bearer +(\S+) *$/i.exec(header) ?? []
  return isTokenText(token) ? findCallerByToken(db, hashSecret(token)) : null
}

const ofSession = (
  { db, cookieKey, isHttps }: { db: SqlExecutor; cookieKey: string; isHttps: boolean },
  { cookie }: IncomingHttpHeaders,
): Promise<RequestCaller | null> => findCallerByCookie(db, cookie, { cookieKey, isHttps })

async function ofWall(
  { db, isHttps }: { db: SqlExecutor; isHttps: boolean },
  headers: IncomingHttpHeaders,
): Promise<RequestCaller | null> {
  const token = readWallToken(headers.cookie, isHttps)
  if (token === null || !isTokenText(token)) return null
  const caller = await findCallerByToken(db, hashSecret(token))
  return caller?.kind === 'wall' ? caller : null
}

/**
 * Decides which paths a caller can reach: a wall display only its own page and endpoints, and a user without a role
 * only the account page. Whether a caller has the right for a request is checked later, by the handler.
 */
function withinReach(caller: RequestCaller, path: string, url: string): Admission {
  if (caller.kind === 'wall' && !isForWalls(path)) {
    return { answer: isApiOrMetricsPath(path) ? missingRead : redirect(signInFor(url)) }
  }
  if (caller.rights.size > 0 || path === ACCOUNT_PATH) return { caller }
  return { answer: isApiOrMetricsPath(path) ? missingRead : redirect(ACCOUNT_PATH) }
}

/**
 * Moves the token of a wall display from the address into a cookie, and redirects to the address without the token.
 * This is needed because people take photos of displays and bookmark addresses.
 * @returns the response that redirects; null if the address contains no token
 */
async function exchange(db: SqlExecutor, url: string, isHttps: boolean): Promise<FrontRefusal | null> {
  const { searchParams } = new URL(url, 'http://localhost')
  const token = searchParams.get('token')
  if (token === null) return null
  searchParams.delete('token')
  const rest = searchParams.toString()
  const clean = rest === '' ? '/wall' : `/wall?${rest}`
  const caller = isTokenText(token) ? await findCallerByToken(db, hashSecret(token)) : null
  if (caller?.kind !== 'wall') return redirect(signInFor(clean))
  const cookie = [
    `${getWallCookieName(isHttps)}=${token}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${WALL_COOKIE_SECONDS}`,
    ...(isHttps ? ['Secure'] : []),
  ].join('; ')
  return { ...redirect(clean), headers: { location: clean, 'set-cookie': cookie, ...UNKEPT } }
}

const UNKEPT = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

function redirect(location: string): FrontRefusal {
  return { status: 307, detail: null, headers: { location, ...UNKEPT } }
}

function unauthenticated(detail: string): FrontRefusal {
  return { status: 401, detail, headers: { 'www-authenticate': 'Bearer realm="Peerwatch"' } }
}

const missingRead: FrontRefusal = {
  status: 403,
  detail: 'You lack the right "read". An admin can give you a role that has it.',
  missingRight: 'read',
}

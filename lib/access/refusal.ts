import { buildOpenApiDocument } from '#lib/api/index.ts'
import { INBOUND_REQUESTS_PATH, compilePathPattern, type AccessRight } from '#lib/contract/index.ts'
import { type OwnAddressCheck, createOwnAddressCheck, type WebAddress } from './own-addresses.ts'

const READ = ['GET', 'HEAD', 'OPTIONS']

/**
 * Returns the paths of the API and the methods of each, from the OpenAPI document. The document is built when it is
 * first needed, because most processes never handle a request.
 */
const described = () =>
  (known ??= Object.entries(buildOpenApiDocument('').paths as Record<string, object>).map(methodsIn))
let known: ReturnType<typeof methodsIn>[] | undefined

function methodsIn([path, operations]: [string, object]) {
  const methods = Object.keys(operations).map((method) => method.toUpperCase())
  return {
    pattern: compilePathPattern(path),
    methods: [...(methods.includes('GET') ? READ : ['OPTIONS']), ...methods.filter((method) => method !== 'GET')],
  }
}

/** Maximum length of a request body in bytes. The longest that is known, a file of declarations, has 200 kB. */
const MAX_BODY_BYTES = 1_000_000
/**
 * Maximum length in bytes of the request bodies for signing in. The longest, the response of a passkey, has about 4 kB.
 */
const MAX_SIGN_IN_BODY_BYTES = 16_000

/** Returns the maximum length in bytes for the body of a request to this path. */
export const getMaxBodyBytes = (path: string): number =>
  path.startsWith('/api/auth/') ? MAX_SIGN_IN_BODY_BYTES : MAX_BODY_BYTES

/** The parts of a request that are checked before its body is read. */
export interface RequestWithoutBody {
  method: string
  /** path and query of the request */
  url: string
  /** headers by name in lower case */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** address of this machine at which the connection arrived */
  socketAddress: string
}

/** A response that the front server sends itself, without calling a handler. */
export interface FrontRefusal {
  status: number
  /** text that tells the user what to do (the detail of the problem document); null = the response has no body */
  detail: string | null
  headers?: Readonly<Record<string, string>>
  /**
   * texts for the HTML page that a browser shows; absent = the page shows status and detail. `againInSeconds` is the
   * time after which the page loads again
   */
  page?: { title: string; text: string; againInSeconds: number }
  /** the right that the caller lacks, for status 403 */
  missingRight?: AccessRight
}

/**
 * Methods that the web framework can handle. With other methods it fails, unless the front server refuses the request
 * first.
 */
const KNOWN_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Path to which the OpenID Connect provider sends the browser after the user signed in there. */
const OIDC_CALLBACK = '/api/auth/callback/oidc'

const PROOFS = `${INBOUND_REQUESTS_PATH}proof/`

export const getRequestPath = (url: string): string => url.split('?', 1)[0] ?? ''

/**
 * Returns a function that checks requests before they are handled. It refuses ambiguous paths, and host names, origins,
 * methods and body lengths that are not allowed.
 * The host name is not checked for `/api/health`, the paths below it, and delivery proofs of notifications, because
 * load balancers and workers use any address of the server. Delivery proofs are signed.
 * @returns a function that returns the response for a refused request or an OPTIONS request, and null if the request
 *   may continue
 */
export function createRequestCheck(web: WebAddress): (asked: RequestWithoutBody) => FrontRefusal | null {
  const own = createOwnAddressCheck(web)
  return (asked) => {
    const path = getRequestPath(asked.url)
    if (!asked.url.startsWith('/')) return { status: 400, detail: 'The target is not a path: begin it with a slash.' }
    const ambiguous = ambiguousPath(path)
    if (ambiguous) return ambiguous
    const isOfMachines = path === '/api/health' || path.startsWith('/api/health/') || path.startsWith(PROOFS)
    return (
      (isOfMachines ? null : wrongHost(asked, own, web)) ??
      malformedPath(path) ??
      foreignSite(asked, own, path) ??
      wrongMethod(asked.method, path) ??
      tooLong(asked)
    )
  }
}

function wrongHost(
  { headers, socketAddress }: RequestWithoutBody,
  own: OwnAddressCheck,
  web: WebAddress,
): FrontRefusal | null {
  const forwarded = web.trustProxy ? textOf(headers['x-forwarded-host']) : ''
  const names = [textOf(headers.host), ...(forwarded === '' ? [] : forwarded.split(','))]
  if (names.every((name) => own.isOwnHost(name, socketAddress))) return null
  const known = web.publicUrl ?? `port ${web.port} of this machine`
  return {
    status: 421,
    detail: `Peerwatch is not known by this host name, but as ${known}. Set PUBLIC_URL to the address that people use.`,
  }
}

/**
 * Refuses a path that the web framework would change before it uses it (as the URL Standard requires). The gate decides
 * by the path as sent, so both must be the same. Such changes are: dot segments (also `%2e`) are resolved, backslashes
 * become slashes, and two slashes at the start begin a host name. A path that contains dot segments only after
 * percent-decoding is refused too, because later code may decode it.
 * @source https://url.spec.whatwg.org/#path-state
 */
function ambiguousPath(path: string): FrontRefusal | null {
  const base = 'http://localhost'
  const isAsSent = URL.canParse(path, base) && new URL(path, base).href === base + path
  if (isAsSent && !decodedSegments(path).some((segment) => segment === '.' || segment === '..')) return null
  return {
    status: 400,
    detail:
      'The path is not as it would be read: send it without dot segments, backslashes and two slashes at its begin, and other signs as percent escapes.',
  }
}

function decodedSegments(path: string): string[] {
  try {
    return decodeURIComponent(path).split(/[\\/]/)
  } catch {
    // this path cannot be decoded, so later code cannot find dot segments in it either
    return []
  }
}

/**
 * Refuses API paths that contain invalid percent escapes. For other paths with invalid escapes, the web framework shows
 * the page "not found".
 */
function malformedPath(path: string): FrontRefusal | null {
  if (!path.startsWith('/api/')) return null
  try {
    decodeURIComponent(path)
    return null
  } catch {
    return {
      status: 400,
      detail: 'The path holds a % that begins no percent escape of UTF-8: write %25 for a %.',
    }
  }
}

/**
 * Refuses requests that come from pages of other sites. Browsers tell where a request comes from, in the header
 * `Sec-Fetch-Site`, or on plain http in `Origin`. Scripts and tools send neither header and are not refused. Another
 * site may link to a page of Peerwatch, but only Peerwatch's own pages may change anything.
 */
function foreignSite(
  { method, headers, socketAddress }: RequestWithoutBody,
  own: OwnAddressCheck,
  path: string,
): FrontRefusal | null {
  const site = textOf(headers['sec-fetch-site'])
  const origin = textOf(headers.origin)
  const refused = (who: string): FrontRefusal => ({
    status: 403,
    detail: `A page of another site (${who}) asked for this. Peerwatch answers its own pages and tools only.`,
  })
  const reads = method === 'GET' || method === 'HEAD'
  if (site === 'cross-site') {
    const isPageNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
    const mayBeLinked = !isApiOrMetricsPath(path) || path === OIDC_CALLBACK
    return reads && isPageNavigation && mayBeLinked ? null : refused(origin || site)
  }
  if (reads || site === 'same-origin' || site === 'none') return null
  return site === '' && (origin === '' || own.isOwnOrigin(origin, socketAddress)) ? null : refused(origin || site)
}

/** Reports whether a path is for programs, such as the API. All other paths are for pages and their files. */
export const isApiOrMetricsPath = (path: string): boolean =>
  path === '/api' || path.startsWith('/api/') || path === '/metrics'

function wrongMethod(method: string, path: string): FrontRefusal | null {
  const exist = methodsOf(path)
  if (method === 'OPTIONS' && exist) return { status: 204, detail: null, headers: { allow: exist.join(', ') } }
  const methods = exist ?? KNOWN_METHODS
  if (methods.includes(method) && method !== 'OPTIONS') return null
  if (method === 'OPTIONS')
    return { status: 404, detail: 'There is no such resource; /api/openapi.json lists all there are.' }
  return notAllowed(method, methods)
}

/** Returns the response to a request whose method the path does not support. */
function notAllowed(method: string, methods: readonly string[]): FrontRefusal {
  const sent = methods.filter((one) => one !== 'HEAD' && one !== 'OPTIONS')
  return {
    status: 405,
    detail: `${method} is not possible here: send ${sent.join(' or ')}.`,
    headers: { allow: methods.join(', ') },
  }
}

/**
 * Returns the response to a request whose method is CONNECT or is unknown to Node.js.
 * @param start the first bytes of the request
 */
export function refuseUnknownMethod(start: string): FrontRefusal {
  const [, method = '', url = ''] = /^(\S{1,64}) (\S*)/.exec(start) ?? []
  return notAllowed(method || 'This method', methodsOf(getRequestPath(url)) ?? KNOWN_METHODS)
}

function tooLong({ headers, url }: RequestWithoutBody): FrontRefusal | null {
  const maxBytes = getMaxBodyBytes(getRequestPath(url))
  return Number(headers['content-length']) > maxBytes ? refuseLongBody(maxBytes) : null
}

/** Returns the response to a request whose body is too long. */
export function refuseLongBody(maxBytes: number): FrontRefusal {
  const limit = maxBytes < 1_000_000 ? `${maxBytes / 1_000} kB` : `${maxBytes / 1_000_000} MB`
  return { status: 413, detail: `The body is larger than ${limit}: send less.` }
}

const textOf = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(',') : (header ?? '')

/**
 * Returns the methods that a path supports. For pages and files these are only the methods for reading.
 * @returns null if the path is below `/api/`, but the OpenAPI document has no such path
 */
function methodsOf(path: string): readonly string[] | null {
  const found = described().find(({ pattern }) => pattern.test(path))
  if (found) return found.methods
  return path.startsWith('/api/') ? null : READ
}

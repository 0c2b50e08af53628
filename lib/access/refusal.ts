import { openApiDocument } from '#lib/api/index.ts'
import { INBOUND_FOLDER, pathPattern, type Right } from '#lib/contract/index.ts'
import { type OwnAddresses, ownAddresses, type WebAddress } from './own-addresses.ts'

const READ = ['GET', 'HEAD', 'OPTIONS']

/** The paths of the API and their methods, from the document that describes them, which is made for the first request: most processes get none. */
const described = () => (known ??= Object.entries(openApiDocument('').paths as Record<string, object>).map(methodsIn))
let known: ReturnType<typeof methodsIn>[] | undefined

function methodsIn([path, operations]: [string, object]) {
  const methods = Object.keys(operations).map((method) => method.toUpperCase())
  return {
    pattern: pathPattern(path),
    methods: [...(methods.includes('GET') ? READ : ['OPTIONS']), ...methods.filter((method) => method !== 'GET')],
  }
}

/** Maximum length of a body, in bytes. The largest declarations that were seen have 200 kB. */
const MAX_BODY_BYTES = 1_000_000
/** Maximum length of a body that is sent before anybody signed in, in bytes: an answer of a passkey has at most some 4 kB. */
const MAX_SIGN_IN_BODY_BYTES = 16_000

/** Returns the maximum length of a request's body, in bytes. */
export const maxBodyBytes = (path: string): number =>
  path.startsWith('/api/auth/') ? MAX_SIGN_IN_BODY_BYTES : MAX_BODY_BYTES

/** What is known of a request before anybody reads its body. */
export interface AccessRequest {
  method: string
  /** the request's target: path and query */
  url: string
  /** names in lower case */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** the address at which its connection arrived */
  socketAddress: string
}

/** An answer that no handler is needed for. */
export interface FrontAnswer {
  status: number
  /** what to do, as a problem's detail; null = the answer has no body */
  detail: string | null
  headers?: Readonly<Record<string, string>>
  /** what a page says instead of status and detail, and how soon it tries again */
  page?: { title: string; text: string; againInSeconds: number }
  /** of a 403: what the caller would need */
  missingRight?: Right
}

/** Methods of the web framework; it fails over others, where it knows no path. */
const KNOWN_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The provider of a sign-in sends browsers back here. */
const OIDC_CALLBACK = '/api/auth/callback/oidc'

const PROOFS = `${INBOUND_FOLDER}proof/`

export const requestPath = (url: string): string => url.split('?', 1)[0] ?? ''

/**
 * Decides about each request before it is handled: by whether everybody reads its path alike, the name it came for, the site it came from, its method and its length. Load
 * balancers ask `/api/health` by whatever address they know, and so do workers the receiver of proofs, which takes what is signed alone.
 * @returns a function that returns null for a request that may go on
 */
export function frontDoor(web: WebAddress): (asked: AccessRequest) => FrontAnswer | null {
  const own = ownAddresses(web)
  return (asked) => {
    const path = requestPath(asked.url)
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

function wrongHost({ headers, socketAddress }: AccessRequest, own: OwnAddresses, web: WebAddress): FrontAnswer | null {
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
 * The gate decides by the path as it was sent, and the web framework answers the one that the URL Standard makes of it: dot segments are followed
 * (`%2e` too), backslashes are slashes, two slashes at the begin are a host. Where the two differ nobody is answered, so that one text is never two
 * paths. Behind escapes the same counts, whoever may decode them.
 * @source https://url.spec.whatwg.org/#path-state
 */
function ambiguousPath(path: string): FrontAnswer | null {
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
    // a broken escape: nobody decodes it
    return []
  }
}

/** Pages are rewritten to the one for what is not found; the API says what is wrong. */
function malformedPath(path: string): FrontAnswer | null {
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
 * Browsers say where a request comes from (`Sec-Fetch-Site`, or `Origin` where the connection is not trusted); scripts and tools say
 * nothing, and pass. Of another site only a link to a page is followed; what changes something comes from our own pages.
 */
function foreignSite(
  { method, headers, socketAddress }: AccessRequest,
  own: OwnAddresses,
  path: string,
): FrontAnswer | null {
  const site = textOf(headers['sec-fetch-site'])
  const origin = textOf(headers.origin)
  const refused = (who: string): FrontAnswer => ({
    status: 403,
    detail: `A page of another site (${who}) asked for this. Peerwatch answers its own pages and tools only.`,
  })
  const reads = method === 'GET' || method === 'HEAD'
  if (site === 'cross-site') {
    const isPathLinkSubnet = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
    const mayBeLinked = !isForPrograms(path) || path === OIDC_CALLBACK
    return reads && isPathLinkSubnet && mayBeLinked ? null : refused(origin || site)
  }
  if (reads || site === 'same-origin' || site === 'none') return null
  return site === '' && (origin === '' || own.isOwnOrigin(origin, socketAddress)) ? null : refused(origin || site)
}

/** What programs ask for; everything else is a page, or part of one. */
export const isForPrograms = (path: string): boolean =>
  path === '/api' || path.startsWith('/api/') || path === '/metrics'

function wrongMethod(method: string, path: string): FrontAnswer | null {
  const exist = methodsOf(path)
  if (method === 'OPTIONS' && exist) return { status: 204, detail: null, headers: { allow: exist.join(', ') } }
  const methods = exist ?? KNOWN_METHODS
  if (methods.includes(method) && method !== 'OPTIONS') return null
  if (method === 'OPTIONS')
    return { status: 404, detail: 'There is no such resource; /api/openapi.json lists all there are.' }
  return notAllowed(method, methods)
}

/** The answer to a method that a path does not take. */
function notAllowed(method: string, methods: readonly string[]): FrontAnswer {
  const sent = methods.filter((one) => one !== 'HEAD' && one !== 'OPTIONS')
  return {
    status: 405,
    detail: `${method} is not possible here: send ${sent.join(' or ')}.`,
    headers: { allow: methods.join(', ') },
  }
}

/** The same for a request whose method no parser knows. @param start the first bytes of the request */
export function unknownMethod(start: string): FrontAnswer {
  const [, method = '', url = ''] = /^(\S{1,64}) (\S*)/.exec(start) ?? []
  return notAllowed(method || 'This method', methodsOf(requestPath(url)) ?? KNOWN_METHODS)
}

function tooLong({ headers, url }: AccessRequest): FrontAnswer | null {
  const maxBytes = maxBodyBytes(requestPath(url))
  return Number(headers['content-length']) > maxBytes ? bodyTooLong(maxBytes) : null
}

/** Returns the answer to a body that is longer than it may be. */
export function bodyTooLong(maxBytes: number): FrontAnswer {
  const limit = maxBytes < 1_000_000 ? `${maxBytes / 1_000} kB` : `${maxBytes / 1_000_000} MB`
  return { status: 413, detail: `The body is larger than ${limit}: send less.` }
}

const textOf = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join(',') : (header ?? '')

/**
 * The methods that a path takes.
 * @returns null where the API has no such path; pages and files are read only
 */
function methodsOf(path: string): readonly string[] | null {
  const found = described().find(({ pattern }) => pattern.test(path))
  if (found) return found.methods
  return path.startsWith('/api/') ? null : READ
}

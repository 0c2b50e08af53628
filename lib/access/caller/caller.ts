import { BundleSafeError } from '#lib/platform/branded-error.ts'
import {
  type RequestCaller,
  listAccessScopeTexts,
  parseAccessScope,
  ACCESS_RIGHTS,
  type AccessRight,
  ROLES,
} from '#lib/contract/index.ts'

/**
 * Rights that no caller has if access is open (no sign-in). With them anyone could create tokens or users, which would
 * still exist after the operator requires sign-in again.
 */
const NEVER_OPEN: ReadonlySet<AccessRight> = new Set(['tokens', 'users'])

/** The caller of every request if access is open, which means that nobody must sign in. */
export const OPEN_ACCESS_CALLER: RequestCaller = {
  kind: 'open',
  id: '',
  name: 'local',
  role: null,
  rights: new Set(ACCESS_RIGHTS.filter((right) => !NEVER_OPEN.has(right))),
  scope: 'everything',
}

/**
 * The rights of a wall (an unattended display). A wall may only read, and only the endpoints that are declared with
 * `forWalls`.
 */
const OF_WALLS: ReadonlySet<AccessRight> = new Set(['read'])
const NONE: ReadonlySet<AccessRight> = new Set()

/**
 * Builds the caller for a signed-in user, a token or a wall display. Its rights are the rights of its role.
 * @param given `role`: null = no role, and therefore no rights. A wall has no role but may read.
 */
export function buildCaller(
  given: Omit<RequestCaller, 'rights'> & { kind: 'person' | 'token' | 'wall' },
): RequestCaller {
  const { kind, role } = given
  if (kind === 'wall') return { ...given, rights: OF_WALLS }
  return { ...given, rights: role === null ? NONE : new Set(ROLES[role].rights) }
}

/**
 * Header with which the front server tells the handlers who the caller is. The front server deletes this header from
 * every incoming request, so that no client can set it.
 */
const CALLER_HEADER = 'x-peerwatch-caller'
/** Header with the address of the client, for the audit log and for rate limits. Only the front server writes it. */
export const CLIENT_ADDRESS_HEADER = 'x-peerwatch-address'
/**
 * Header which means that {@link CLIENT_ADDRESS_HEADER} contains the address of a proxy instead of the client's. All
 * clients behind the proxy then share this address. The front server sets the header if all of these are true:
 * `PUBLIC_URL` shows that there is a proxy, the settings do not trust it, and the request comes from a private address.
 */
export const SHARED_ADDRESS_HEADER = 'x-peerwatch-shared-address'
export const INTERNAL_HEADERS = [CALLER_HEADER, CLIENT_ADDRESS_HEADER, SHARED_ADDRESS_HEADER]

/** Writes the caller into the request headers, from which {@link readCaller} reads it. */
export function writeCallerHeader(headers: Record<string, string | string[] | undefined>, caller: RequestCaller): void {
  const { kind, id, name, role, rights, scope, session } = caller
  const text = JSON.stringify({
    kind,
    id,
    name,
    role,
    rights: [...rights],
    scopes: listAccessScopeTexts(scope),
    session,
  })
  headers[CALLER_HEADER] = Buffer.from(text).toString('base64url')
}

/**
 * Returns the caller that the front server wrote into the request headers.
 * @throws UnauthenticatedError if the headers contain no caller
 */
export function readCaller(headers: Headers): RequestCaller {
  const text = headers.get(CALLER_HEADER)
  if (text === null) {
    const assumed = (globalThis as Holder)[KEY]
    if (assumed) return assumed
    throw new UnauthenticatedError()
  }
  const { scopes, rights, ...known } = JSON.parse(Buffer.from(text, 'base64url').toString())
  if (known.kind === 'open') return OPEN_ACCESS_CALLER
  // take the rights from the header and not from the role: a token can have fewer rights than its role, because it
  // never has more rights than its owner
  return { ...known, rights: new Set<AccessRight>(rights), scope: parseAccessScope(scopes) }
}

/** Returns the client address; null if the request did not come through the front server. */
export const readClientAddress = (headers: Headers): string | null => headers.get(CLIENT_ADDRESS_HEADER)

/**
 * Key of a value on `globalThis`. A variable of this module would not be enough, because bundlers may load the module
 * more than once.
 */
const KEY = Symbol.for('peerwatch.access.assumed-caller')
type Holder = { [KEY]?: RequestCaller | null }

/**
 * Sets the caller of requests without a caller header, for tests that call handlers directly. Product code never calls
 * this.
 */
export function setCallerForTests(caller: RequestCaller | null): void {
  ;(globalThis as Holder)[KEY] = caller
}

export class UnauthenticatedError extends BundleSafeError {
  static override readonly brand = 'UnauthenticatedError'

  constructor() {
    super('Sign in, or send a token: Authorization: Bearer pw_...')
  }
}

/** Error for a caller that lacks a right. */
export class MissingRightError extends BundleSafeError {
  static override readonly brand = 'MissingRightError'
  readonly right: AccessRight

  constructor(right: AccessRight) {
    super(`You lack the right "${right}". An admin can give you a role that has it.`)
    this.right = right
  }
}

/**
 * Checks that a caller has the right that an endpoint requires.
 * @throws MissingRightError if it does not, or if the caller is a wall display and the endpoint is not declared with
 *   `forWalls`
 */
export function requireRight(
  caller: RequestCaller,
  { right, forWalls }: { right: AccessRight; forWalls?: boolean },
): void {
  if (!caller.rights.has(right) || (caller.kind === 'wall' && !forWalls)) throw new MissingRightError(right)
}

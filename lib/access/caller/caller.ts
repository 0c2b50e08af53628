import { BrandedError } from '#lib/platform/branded-error.ts'
import { type Caller, formatScope, parseScope, RIGHTS, type Right, ROLES } from '#lib/contract/index.ts'

/**
 * Rights that open access (no sign-in) never grants, because their effects (tokens, users) would remain after open
 * access ends.
 */
const NEVER_OPEN: ReadonlySet<Right> = new Set(['tokens', 'users'])

/** Caller of every request if access is open (no sign-in required). */
export const OPEN_CALLER: Caller = {
  kind: 'open',
  id: '',
  name: 'local',
  role: null,
  rights: new Set(RIGHTS.filter((right) => !NEVER_OPEN.has(right))),
  scope: 'everything',
}

/** Rights of a wall (unattended display). Each endpoint declares whether walls may read it (`forWalls`). */
const OF_WALLS: ReadonlySet<Right> = new Set(['read'])
const NONE: ReadonlySet<Right> = new Set()

/**
 * Returns the caller for a signed-in user or a token, with the rights of its role.
 * @param given `role`: null = no role and no rights, except that a wall display may read without a role
 */
export function buildCaller(given: Omit<Caller, 'rights'> & { kind: 'person' | 'token' | 'wall' }): Caller {
  const { kind, role } = given
  if (kind === 'wall') return { ...given, rights: OF_WALLS }
  return { ...given, rights: role === null ? NONE : new Set(ROLES[role].rights) }
}

/**
 * Header in which the front server passes the caller to the handlers. The front server deletes it from incoming
 * requests, so that clients cannot set it.
 */
const CALLER_HEADER = 'x-peerwatch-caller'
/** Header with the client address, for the audit log and for rate limits. Only the front server writes it. */
export const ADDRESS_HEADER = 'x-peerwatch-address'
/**
 * Header that marks a request whose {@link ADDRESS_HEADER} contains the address of a proxy and not of the client. It is
 * set if `PUBLIC_URL` shows that a proxy is in front, the configuration does not trust it, and the request comes from a
 * private address. All clients of the proxy then share one address.
 */
export const SHARED_ADDRESS_HEADER = 'x-peerwatch-shared-address'
export const INTERNAL_HEADERS = [CALLER_HEADER, ADDRESS_HEADER, SHARED_ADDRESS_HEADER]

/** Writes the caller into the request headers, from which {@link callerOf} reads it. */
export function markCaller(headers: Record<string, string | string[] | undefined>, caller: Caller): void {
  const { kind, id, name, role, rights, scope, session } = caller
  const text = JSON.stringify({ kind, id, name, role, rights: [...rights], scopes: formatScope(scope), session })
  headers[CALLER_HEADER] = Buffer.from(text).toString('base64url')
}

/**
 * Returns the caller that the front server wrote into the request headers.
 * @throws UnauthenticatedError if the headers contain no caller
 */
export function readCaller(headers: Headers): Caller {
  const text = headers.get(CALLER_HEADER)
  if (text === null) {
    const assumed = (globalThis as Holder)[KEY]
    if (assumed) return assumed
    throw new UnauthenticatedError()
  }
  const { scopes, rights, ...known } = JSON.parse(Buffer.from(text, 'base64url').toString())
  if (known.kind === 'open') return OPEN_CALLER
  // a token can have fewer rights than its role, because it never has more than its owner
  return { ...known, rights: new Set<Right>(rights), scope: parseScope(scopes) }
}

/** Returns the client address; null if the request did not come through the front server. */
export const callerAddressOf = (headers: Headers): string | null => headers.get(ADDRESS_HEADER)

/** Symbol on `globalThis`, because bundlers can instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.access.assumed-caller')
type Holder = { [KEY]?: Caller | null }

/** Sets the caller for handlers that tests call without a front server. The product never calls this. */
export function assumeCaller(caller: Caller | null): void {
  ;(globalThis as Holder)[KEY] = caller
}

export class UnauthenticatedError extends BrandedError {
  static override readonly brand = 'UnauthenticatedError'

  constructor() {
    super('Sign in, or send a token: Authorization: Bearer pw_...')
  }
}

/** Error for a caller who lacks a right. */
export class MissingRightError extends BrandedError {
  static override readonly brand = 'MissingRightError'
  readonly right: Right

  constructor(right: Right) {
    super(`You lack the right "${right}". An admin can give you a role that has it.`)
    this.right = right
  }
}

/**
 * Checks that the caller has a right.
 * @throws MissingRightError if the right is missing, or if the caller is a wall display and the endpoint is not meant
 *   for walls
 */
export function requireRight(caller: Caller, { right, forWalls }: { right: Right; forWalls?: boolean }): void {
  if (!caller.rights.has(right) || (caller.kind === 'wall' && !forWalls)) throw new MissingRightError(right)
}

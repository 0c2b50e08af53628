import { BrandedError } from '#lib/platform/branded-error.ts'
import { type Caller, formatScope, parseScope, RIGHTS, type Right, ROLES } from '#lib/contract/index.ts'

/** Rights that nobody has without signing in: they would outlast the open access. */
const NEVER_OPEN: ReadonlySet<Right> = new Set(['tokens', 'users'])

/** Whoever reaches the web where access is open. */
export const OPEN_CALLER: Caller = {
  kind: 'open',
  id: '',
  name: 'local',
  role: null,
  rights: new Set(RIGHTS.filter((right) => !NEVER_OPEN.has(right))),
  scope: 'everything',
}

/** A wall reads; which endpoints, these say themselves. */
const OF_WALLS: ReadonlySet<Right> = new Set(['read'])
const NONE: ReadonlySet<Right> = new Set()

/** Somebody who signed in, or a token. @param role null = none; a wall has none and reads all the same */
export function callerWith(given: Omit<Caller, 'rights'> & { kind: 'person' | 'token' | 'wall' }): Caller {
  const { kind, role } = given
  if (kind === 'wall') return { ...given, rights: OF_WALLS }
  return { ...given, rights: role === null ? NONE : new Set(ROLES[role].rights) }
}

/** The front deletes it from what it receives, so that only the front can write it. */
const CALLER_HEADER = 'x-peerwatch-caller'
/** Where a request came from, for the audit and for limits; written by the front alone, too. */
export const ADDRESS_HEADER = 'x-peerwatch-address'
/** Set if all requests have this address, because the configuration names a proxy and does not trust it; see {@link ADDRESS_HEADER}. */
export const SHARED_HEADER = 'x-peerwatch-shared-address'
export const OWN_HEADERS = [CALLER_HEADER, ADDRESS_HEADER, SHARED_HEADER]

/** Writes who sends a request where {@link callerOf} finds it. */
export function markCaller(headers: Record<string, string | string[] | undefined>, caller: Caller): void {
  const { kind, id, name, role, rights, scope, session } = caller
  const text = JSON.stringify({ kind, id, name, role, rights: [...rights], scopes: formatScope(scope), session })
  headers[CALLER_HEADER] = Buffer.from(text).toString('base64url')
}

/**
 * Who sends a request, as the front found out.
 * @throws UnauthenticatedError without one
 */
export function callerOf(headers: Headers): Caller {
  const text = headers.get(CALLER_HEADER)
  if (text === null) {
    const assumed = (globalThis as Holder)[KEY]
    if (assumed) return assumed
    throw new UnauthenticatedError()
  }
  const { scopes, rights, ...known } = JSON.parse(Buffer.from(text, 'base64url').toString())
  if (known.kind === 'open') return OPEN_CALLER
  // a token may have fewer than its role: its owner's are less
  return { ...known, rights: new Set<Right>(rights), scope: parseScope(scopes) }
}

/** Where a request came from; null = not through the front. */
export const callerAddressOf = (headers: Headers): string | null => headers.get(ADDRESS_HEADER)

/** Bundlers may instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.access.assumed-caller')
type Holder = { [KEY]?: Caller | null }

/** Tests ask handlers without a front: whom they then are. The product never calls it. */
export function assumeCaller(caller: Caller | null): void {
  ;(globalThis as Holder)[KEY] = caller
}

export class UnauthenticatedError extends BrandedError {
  static override readonly brand = 'UnauthenticatedError'

  constructor() {
    super('Sign in, or send a token: Authorization: Bearer pw_...')
  }
}

/** The caller lacks a right. */
export class MissingRightError extends BrandedError {
  static override readonly brand = 'MissingRightError'
  readonly right: Right

  constructor(right: Right) {
    super(`You lack the right "${right}". An admin can give you a role that has it.`)
    this.right = right
  }
}

/** @throws MissingRightError; a wall has the right only where walls are meant */
export function requireRight(caller: Caller, { right, forWalls }: { right: Right; forWalls?: boolean }): void {
  if (!caller.rights.has(right) || (caller.kind === 'wall' && !forWalls)) throw new MissingRightError(right)
}

import type { StoredToken } from '../api/index.ts'
import {
  type AccessScope,
  type RequestCaller,
  intersectAccessScopes,
  parseAccessScope,
  type AccessRight,
  type Role,
  ROLES,
  AccessScopeTextError,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { buildCaller } from '../caller/caller.ts'

/** A token, or a token from which it was made directly or indirectly (an ancestor), with its owner. */
interface LinkRow extends DependentToken {
  /** id of the token whose ancestors were read */
  token: string
  isOver: boolean
  /** true = the stored time of the last use is so old that it must be updated */
  isNews: boolean
  hasUser: boolean
  /** true = the owner uses OpenID Connect and has not signed in for too long */
  isSuspended: boolean
  userRole: Role | null
  userScopes: string[] | null
}

/**
 * Maximum number of ancestors of a token. A token can make another token, and so on, and a request with a token must
 * check all of them. A token with more ancestors is invalid.
 */
const MAX_GENERATIONS = 20

const CHAIN = `
  WITH RECURSIVE chain AS (
    SELECT t.id AS token, 0 AS generation, t.* FROM access_token t WHERE %
    UNION ALL
    SELECT c.token, c.generation + 1, p.* FROM chain c JOIN access_token p ON p.id = c.owner_token_id
    WHERE c.generation < ${MAX_GENERATIONS}
  )
  SELECT c.token, c.id, c.kind, c.name, c.role, c.scopes,
         (c.revoked_at IS NOT NULL OR coalesce(c.expires_at <= now(), false)
           OR c.generation = ${MAX_GENERATIONS} AND c.owner_token_id IS NOT NULL) AS "isOver",
         coalesce(c.last_used_at < now() - make_interval(secs => $1), true) AS "isNews",
         u.id IS NOT NULL AS "hasUser", coalesce(u.tokens_until <= now(), false) AS "isSuspended", u.role AS "userRole", u.scopes AS "userScopes"
  FROM chain c LEFT JOIN access_user u ON u.id = c.owner_user_id
  ORDER BY c.token, c.generation`

/** The rights and the scope of a user or a token. */
export type RightsAndAccessScope = Pick<RequestCaller, 'rights' | 'scope'>

/**
 * Returns the current rights and scope of the user or token that owns an object, for example a snapshot link.
 * @returns null if the owner was removed or revoked, has expired or is suspended
 */
export async function findOwnerAuthority(
  db: SqlExecutor,
  owner: { userId: string } | { tokenId: string },
): Promise<RightsAndAccessScope | null> {
  if ('tokenId' in owner) return (await listTokenAuthorities(db, { id: owner.tokenId }))[0]?.caller ?? null
  const { rows } = await db.query<{ role: Role | null; scopes: string[] }>(
    'SELECT role, scopes FROM access_user WHERE id = $1 AND coalesce(tokens_until > now(), true)',
    [owner.userId],
  )
  const [row] = rows
  if (!row) return null
  return unlessUnreadable(() => ({ rights: new Set(rightsOf(row.role)), scope: parseAccessScope(row.scopes) }))
}

const rightsOf = (role: Role | null): readonly AccessRight[] => (role === null ? [] : ROLES[role].rights)

/** A token with its current rights and scope. */
interface TokenAuthority {
  caller: RequestCaller
  /** true = the token was never used, or its last use is longer ago than the given number of seconds */
  isNews: boolean
}

/**
 * Returns tokens with their current rights and scopes. A token has a right only if its owner, all its ancestors (the
 * tokens from which it was made) and their owners have it too. The scope of a token is limited in the same way. Scopes
 * are compared only by their texts. For example, if one scope is a customer and another is a subscription of this
 * customer, only the inventory shows that they overlap, so the returned scope is narrower than it could be.
 * @param which selects one token by the hash of its text or by its id; null = all tokens
 * @param newsAfterSeconds number of seconds since the last use after which `isNews` is true
 * @returns without tokens that were revoked, have expired or have a suspended owner, and without tokens that have such
 *   an ancestor
 */
export async function listTokenAuthorities(
  db: SqlExecutor,
  which: { hash: string } | { id: string } | null,
  newsAfterSeconds = 0,
): Promise<TokenAuthority[]> {
  const condition = which === null ? 'true' : 'hash' in which ? 't.token_hash = $2' : 't.id = $2'
  const values = which === null ? [] : ['hash' in which ? which.hash : which.id]
  const { rows } = await db.query<LinkRow>(CHAIN.replace('%', condition), [newsAfterSeconds, ...values])
  return [...Map.groupBy(rows, ({ token }) => token).values()].flatMap(
    (chain) => unlessUnreadable(() => authorityOf(chain)) ?? [],
  )
}

/**
 * Runs a function, and returns null if it fails because a scope is invalid. So a token with an invalid scope does not
 * affect other tokens.
 */
function unlessUnreadable<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof AccessScopeTextError) return null
    throw error
  }
}

function authorityOf(chain: readonly LinkRow[]): TokenAuthority | null {
  const [own] = chain
  if (!own || chain.some(({ isOver, isSuspended }) => isOver || isSuspended)) return null
  const { id, kind, name, role } = own
  const caller = buildCaller({ kind: kind === 'wall' ? 'wall' : 'token', id, name, role, scope: 'everything' })
  const givers = chain.flatMap((link) => [
    ...(link === own ? [] : [{ role: link.role, scopes: link.scopes }]),
    ...(link.hasUser ? [{ role: link.userRole, scopes: link.userScopes ?? [] }] : []),
  ])
  const rights = givers.reduce<ReadonlySet<AccessRight>>(
    (left, giver) => new Set([...left].filter((right) => rightsOf(giver.role).includes(right))),
    caller.rights,
  )
  const scope = givers.reduce<AccessScope>(
    (left, { scopes }) => intersectAccessScopes(left, parseAccessScope(scopes)),
    parseAccessScope(own.scopes),
  )
  return { caller: { ...caller, rights, scope }, isNews: own.isNews }
}

/**
 * Returns the suspended tokens by id, each with the time since when it is suspended. A token is suspended while its
 * owner, or the owner of one of its ancestors, must sign in by OpenID Connect again.
 */
export async function listSuspendedTokens(db: SqlExecutor): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ id: string; since: Date }>(
    `WITH RECURSIVE made AS (
       SELECT t.id, u.tokens_until AS since FROM access_user u JOIN access_token t ON t.owner_user_id = u.id
       WHERE u.tokens_until <= now()
       UNION SELECT t.id, m.since FROM made m JOIN access_token t ON t.owner_token_id = m.id
     )
     SELECT id, since FROM made`,
  )
  return new Map(rows.map(({ id, since }) => [id, since]))
}

/** A token that becomes invalid together with its owner, in the form that the audit log stores. */
export type DependentToken = Pick<StoredToken, 'id' | 'name' | 'kind' | 'role' | 'scopes'>

/** Returns all tokens that a user or a token made, directly or indirectly. Revoked tokens are left out. */
export async function listDependentTokens(
  db: SqlExecutor,
  of: { userId: string } | { tokenId: string },
): Promise<DependentToken[]> {
  const [column, id] = 'userId' in of ? ['owner_user_id', of.userId] : ['owner_token_id', of.tokenId]
  const { rows } = await db.query<DependentToken>(
    `WITH RECURSIVE made AS (
       SELECT * FROM access_token WHERE ${column} = $1
       UNION SELECT t.* FROM made m JOIN access_token t ON t.owner_token_id = m.id
     )
     SELECT id, name, kind, role, scopes FROM made WHERE revoked_at IS NULL ORDER BY id`,
    [id],
  )
  return rows
}

/**
 * Revokes a token and all tokens that were made from it, directly or indirectly. Also revokes the snapshot links that
 * these tokens made.
 */
export async function revokeWithDescendants(db: SqlExecutor, id: string): Promise<void> {
  await db.query(
    `WITH RECURSIVE made AS (
       SELECT id FROM access_token WHERE id = $1
       UNION SELECT t.id FROM made m JOIN access_token t ON t.owner_token_id = m.id
     ), links AS (
       UPDATE snapshot SET revoked_at = now(), body = NULL
       WHERE owner_token_id IN (SELECT id FROM made) AND revoked_at IS NULL
     )
     UPDATE access_token SET revoked_at = now() WHERE id IN (SELECT id FROM made) AND revoked_at IS NULL`,
    [id],
  )
}

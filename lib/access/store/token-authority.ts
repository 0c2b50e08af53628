import type { StoredToken } from '../api/index.ts'
import {
  type AccessScope,
  type Caller,
  intersectScopes,
  parseScope,
  type Right,
  type Role,
  ROLES,
  ScopeTextError,
} from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { buildCaller } from '../caller/caller.ts'

/** Token, or an ancestor of it (the token that made it, and so on), with the user who owns it. */
interface LinkRow extends DependentToken {
  /** id of the token that was looked up */
  token: string
  isOver: boolean
  /** true = the stored time of the last use is too old, so that the use must be recorded */
  isNews: boolean
  hasUser: boolean
  /** true = the owner signs in by OpenID Connect and has not done so for too long */
  isSuspended: boolean
  userRole: Role | null
  userScopes: string[] | null
}

/**
 * Maximum number of generations of tokens that make tokens, which limits the cost of a request. A token with more
 * ancestors is not valid.
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

/** Rights and scope of a user or a token. */
export type Authority = Pick<Caller, 'rights' | 'scope'>

/**
 * Returns the current rights and scope of the user or token that owns an object.
 * @returns null if the owner was removed, revoked or suspended, or has expired
 */
export async function ownerAuthority(
  db: Queryable,
  owner: { userId: string } | { tokenId: string },
): Promise<Authority | null> {
  if ('tokenId' in owner) return (await tokenAuthorities(db, { id: owner.tokenId }))[0]?.caller ?? null
  const { rows } = await db.query<{ role: Role | null; scopes: string[] }>(
    'SELECT role, scopes FROM access_user WHERE id = $1 AND coalesce(tokens_until > now(), true)',
    [owner.userId],
  )
  const [row] = rows
  if (!row) return null
  return unlessUnreadable(() => ({ rights: new Set(rightsOf(row.role)), scope: parseScope(row.scopes) }))
}

const rightsOf = (role: Role | null): readonly Right[] => (role === null ? [] : ROLES[role].rights)

/** Token with its current rights and scope. */
interface TokenAuthority {
  caller: Caller
  /** true = the last use is longer ago than the given limit */
  isNews: boolean
}

/**
 * Returns tokens with their current rights and scopes. A token has only the rights and the scope that all its ancestor
 * tokens and the users who own them also have. Scopes are compared only by name, so the result is too narrow if only
 * the inventory shows that one scope contains another.
 * @param which selects a token by the hash of its text or by id; null = all tokens
 * @param newsAfterSeconds age of the last use in seconds from which `isNews` is true
 * @returns no entry for a token that was revoked, has expired or has a suspended owner, or that has such an ancestor
 */
export async function tokenAuthorities(
  db: Queryable,
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
 * Runs a function; returns null if a scope cannot be parsed, so that one token with an invalid scope does not affect
 * the others.
 */
function unlessUnreadable<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof ScopeTextError) return null
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
  const rights = givers.reduce<ReadonlySet<Right>>(
    (left, giver) => new Set([...left].filter((right) => rightsOf(giver.role).includes(right))),
    caller.rights,
  )
  const scope = givers.reduce<AccessScope>(
    (left, { scopes }) => intersectScopes(left, parseScope(scopes)),
    parseScope(own.scopes),
  )
  return { caller: { ...caller, rights, scope }, isNews: own.isNews }
}

/**
 * Returns the suspended tokens by id, with the time since when each is suspended. A token is suspended if its owner, or
 * the owner of an ancestor token, has not signed in by OpenID Connect for too long.
 */
export async function suspendedTokens(db: Queryable): Promise<ReadonlyMap<string, Date>> {
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

/** Token that ends together with its owner, in the form that the audit log stores. */
export type DependentToken = Pick<StoredToken, 'id' | 'name' | 'kind' | 'role' | 'scopes'>

/**
 * Returns the tokens of a user or token, that is, the tokens that the owner made, the tokens that those made, and so
 * on. Revoked tokens are left out.
 */
export async function dependentTokens(
  db: Queryable,
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

/** Revokes a token and its descendants (the tokens that it made, and so on), and all their snapshot links. */
export async function revokeWithDescendants(db: Queryable, id: string): Promise<void> {
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

import type { StoredUser } from '../api/index.ts'
import { type RequestCaller, listAccessScopeTexts, parseAccessScope, type Role } from '#lib/contract/index.ts'
import { classifyDatabaseFailure } from '#lib/platform/database-failure.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listTokenAuthorities } from './token-authority.ts'
import { buildCaller } from '../caller/caller.ts'
import { readCookie, getSessionCookieName, verifySignedCookie } from '../caller/cookies.ts'

/** Number of seconds without a request after which a user is signed out. */
export const SIGN_IN_IDLE_SECONDS = 24 * 3_600
/** Maximum duration of a session in seconds, even if the user is active. */
export const SIGN_IN_SESSION_SECONDS = 7 * 24 * 3_600
/** Minimum number of seconds between two updates of the stored time at which a session or token was last used. */
const NOTED_EVERY_SECONDS = 300

interface PersonRow extends Pick<StoredUser, 'id' | 'name' | 'role' | 'scopes'> {
  session: string
  isNews: boolean
}

/**
 * Returns the user to whom the session with this token belongs; null if the session has ended. Records the time of the
 * use.
 */
async function callerOfSession(db: SqlExecutor, token: string): Promise<RequestCaller | null> {
  const { rows } = await db.query<PersonRow>(
    `SELECT s.id AS session, u.id, u.name, u.role, u.scopes, s.updated_at < now() - make_interval(secs => $3) AS "isNews"
     FROM access_session s JOIN access_user u ON u.id = s.user_id
     WHERE s.token = $1 AND s.expires_at > now() AND s.updated_at > now() - make_interval(secs => $2)`,
    [token, SIGN_IN_IDLE_SECONDS, NOTED_EVERY_SECONDS],
  )
  const [row] = rows
  if (!row) return null
  if (row.isNews)
    await recordCredentialUse(db, 'UPDATE access_session SET updated_at = now() WHERE id = $1', row.session)
  const { id, name, role, scopes, session } = row
  return buildCaller({ kind: 'person', id, name, role, scope: parseAccessScope(scopes), session })
}

/**
 * Returns the user who is signed in with a cookie; null if there is no valid cookie, or if the session has ended.
 * @param header the `Cookie` header of the request
 */
export async function findCallerByCookie(
  db: SqlExecutor,
  header: string | undefined,
  { cookieKey, isHttps }: { cookieKey: string; isHttps: boolean },
): Promise<RequestCaller | null> {
  const cookie = readCookie(header, getSessionCookieName(isHttps))
  const token = cookie === null ? null : verifySignedCookie(cookie, cookieKey)
  return token === null ? null : callerOfSession(db, token)
}

/**
 * Returns the caller that a token identifies, with its current rights and scope. Records the time of the use. Returns
 * null if the token is unknown, revoked or expired. Also returns null if one of its ancestors (the tokens from which it
 * was made) is revoked or expired, or if an owner was removed or has not signed in for too long.
 * @param hash the result of {@link hashSecret}
 */
export async function findCallerByToken(db: SqlExecutor, hash: string): Promise<RequestCaller | null> {
  const [found] = await listTokenAuthorities(db, { hash }, NOTED_EVERY_SECONDS)
  if (!found) return null
  const { caller, isNews } = found
  if (isNews) await recordCredentialUse(db, 'UPDATE access_token SET last_used_at = now() WHERE id = $1', caller.id)
  return caller
}

/**
 * Runs a statement that records a use. If the database is read-only (a standby), its error is ignored, so that callers
 * are still admitted.
 */
export async function recordCredentialUse(db: SqlExecutor, statement: string, which: string): Promise<void> {
  await db.query(statement, [which]).catch((error: unknown) => {
    if (classifyDatabaseFailure(error) !== 'read_only') throw error
  })
}

/** Reports whether a caller still exists, and still has the same rights and scope. */
export async function isCallerUnchanged(db: SqlExecutor, caller: RequestCaller): Promise<boolean> {
  if (caller.kind === 'open') return true
  const now = caller.kind === 'person' ? await personNow(db, caller) : await tokenNow(db, caller)
  return now !== null && wordsOf(now) === wordsOf(caller)
}

const wordsOf = ({ rights, scope }: Pick<RequestCaller, 'rights' | 'scope'>) =>
  JSON.stringify([[...rights].toSorted(), listAccessScopeTexts(scope)])

const tokenNow = async (db: SqlExecutor, { id }: RequestCaller): Promise<RequestCaller | null> =>
  (await listTokenAuthorities(db, { id }))[0]?.caller ?? null

async function personNow(db: SqlExecutor, caller: RequestCaller): Promise<RequestCaller | null> {
  const { rows } = await db.query<{ role: Role | null; scopes: string[] }>(
    `SELECT role, scopes FROM access_user u WHERE id = $1
     AND EXISTS (SELECT FROM access_session s WHERE s.user_id = u.id AND s.expires_at > now() AND s.id = coalesce($2, s.id))`,
    [caller.id, caller.session ?? null],
  )
  const [row] = rows
  return row ? buildCaller({ ...caller, kind: 'person', role: row.role, scope: parseAccessScope(row.scopes) }) : null
}

import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { snapshotSchema } from '../api/index.ts'
import {
  type RequestCaller,
  listAccessScopeTexts,
  isAccessScopeWithin,
  parseAccessScope,
  type AccessRight,
} from '#lib/contract/index.ts'
import { readDeletionTime } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { OPEN_ACCESS_CALLER } from '../caller/caller.ts'
import { AccessConflictError, AccessRequestError, AccessNotFoundError } from '../errors.ts'
import { type RightsAndAccessScope, findOwnerAuthority } from './token-authority.ts'
import { hashSecret, generateAccessTokenText } from '../tokens/token-text.ts'

/**
 * Maximum number of snapshot links that are open (neither revoked nor expired). For each of them the API responses of a
 * page are stored.
 */
const MAX_OPEN = 200
const MAX_CHARACTERS = 4_000_000

/** The stored page of a snapshot. Everyone who has the snapshot's token can see it. */
export interface SnapshotPageContent extends Pick<Snapshot, 'page' | 'madeBy' | 'madeAt' | 'expiresAt'> {
  search: string
  /** API responses, by the address of the query */
  answers: Record<string, unknown>
}

const STATE = `CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'open' END`
const SHOWN = `id, title, page, search, scopes, made_by AS "madeBy", made_at AS "madeAt", expires_at AS "expiresAt", ${STATE} AS state, opened,
  last_opened_at AS "lastOpenedAt", rights, owner_user_id AS "userId", owner_token_id AS "tokenId"`

type Snapshot = z.input<typeof snapshotSchema>
type Row = Omit<Snapshot, 'shows'> & {
  search: string
  rights: AccessRight[]
  /** id of the user or token that made the link; both null = made when access was open */
  userId: string | null
  tokenId: string | null
}

/** Access mode of the web: `required` = users must sign in; `open` = nobody must sign in. */
export type AccessMode = 'open' | 'required'

/**
 * Returns the current rights and scope of the user or token that made a link; null if there are none. A link that was
 * made when access was open works only while access is open.
 */
async function makerOf(
  db: SqlExecutor,
  { userId, tokenId }: Row,
  mode: AccessMode,
): Promise<RightsAndAccessScope | null> {
  if (userId !== null) return findOwnerAuthority(db, { userId })
  if (tokenId !== null) return findOwnerAuthority(db, { tokenId })
  return mode === 'open' ? OPEN_ACCESS_CALLER : null
}

/**
 * Reports whether the maker of a link still has all rights and the whole scope that the stored page needs (ADR 0294).
 */
const maySee = (maker: RightsAndAccessScope | null, { rights, scopes }: Row): boolean =>
  maker !== null &&
  rights.every((right) => maker.rights.has(right)) &&
  isAccessScopeWithin(parseAccessScope(scopes), maker.scope)

/**
 * Returns a row in which the state of the link is up to date: an open link gets the state `closed` if its maker may no
 * longer see the data.
 */
async function withMaker<Kind extends Row>(db: SqlExecutor, row: Kind, mode: AccessMode): Promise<Kind> {
  if (row.state !== 'open' || maySee(await makerOf(db, row, mode), row)) return row
  return { ...row, state: 'closed' }
}

const shown = (row: Row): Snapshot => ({ ...row, shows: momentIn(row.search) ?? row.madeAt })

/**
 * Returns the time in the address of a page (`at` or `to`). If there is none, the result is null, and the page shows
 * the time at which it was stored.
 */
function momentIn(search: string): Date | null {
  const query = new URLSearchParams(search)
  const at = new Date(query.get('at') ?? query.get('to') ?? '')
  return Number.isNaN(at.getTime()) ? null : at
}

/**
 * Stores a page and creates a link for it. Also deletes stored pages of earlier links, if the link was revoked, or if
 * it expired before the time returned by {@link readDeletionTime}.
 * @returns `token` is not stored and cannot be read again
 * @throws AccessRequestError, AccessConflictError
 */
export async function saveSnapshot(
  db: SqlExecutor,
  given: Pick<SnapshotPageContent, 'page' | 'search' | 'answers'> & {
    title: string
    days: number
    maker: RequestCaller
    /** the rights that the maker must have so that the link works */
    rights: readonly AccessRight[]
  },
): Promise<Snapshot & { token: string }> {
  const { page, search, answers, title, days, maker, rights } = given
  const body = JSON.stringify(answers)
  if (body.length > MAX_CHARACTERS)
    throw new AccessRequestError('questions: the answers are too long; show a shorter range')
  const aged = await readDeletionTime(db)
  await db.query(
    `UPDATE snapshot SET body = NULL WHERE body IS NOT NULL AND (revoked_at IS NOT NULL OR expires_at <= $1)`,
    [aged === null ? '-infinity' : new Date(aged).toISOString()],
  )
  const token = generateAccessTokenText()
  const { rows } = await db.query<Row>(
    `INSERT INTO snapshot (id, token_hash, page, search, title, scopes, made_by, owner_user_id, owner_token_id, expires_at, body, rights)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(days => $10), $11, $12
     WHERE (SELECT count(*) FROM snapshot WHERE ${STATE} = 'open') < ${MAX_OPEN}
     RETURNING ${SHOWN}`,
    [
      randomBytes(8).toString('hex'),
      hashSecret(token),
      page,
      search,
      title,
      listAccessScopeTexts(maker.scope),
      maker.name,
      maker.kind === 'person' ? maker.id : null,
      maker.kind === 'token' ? maker.id : null,
      days,
      body,
      rights,
    ],
  )
  const [row] = rows
  if (!row) throw new AccessConflictError(`There are ${MAX_OPEN} open links: revoke one first.`)
  return { ...shown(row), token }
}

/**
 * Returns the snapshots that the caller may see, because their scope is within the caller's scope. Newest first;
 * snapshots older than the newest 1,000 are left out.
 */
export async function listSnapshots(
  db: SqlExecutor,
  { scope, kind }: Pick<RequestCaller, 'scope' | 'kind'>,
): Promise<Snapshot[]> {
  const { rows } = await db.query<Row>(`SELECT ${SHOWN} FROM snapshot ORDER BY made_at DESC, id LIMIT 1000`)
  const seen: Snapshot[] = []
  for (const row of rows)
    if (isAccessScopeWithin(parseAccessScope(row.scopes), scope))
      seen.push(shown(await withMaker(db, row, kind === 'open' ? 'open' : 'required')))
  return seen
}

/**
 * Revokes a snapshot link immediately, and deletes its page.
 * @throws AccessNotFoundError
 */
export async function revokeSnapshot(
  db: SqlExecutor,
  id: string,
  caller: Pick<RequestCaller, 'scope' | 'kind'>,
): Promise<Snapshot> {
  const unknown = new AccessNotFoundError('There is no such snapshot.')
  if (!(await listSnapshots(db, caller)).some((one) => one.id === id)) throw unknown
  const { rows } = await db.query<Row>(
    `UPDATE snapshot SET revoked_at = coalesce(revoked_at, now()), body = NULL WHERE id = $1 RETURNING ${SHOWN}`,
    [id],
  )
  if (!rows[0]) throw unknown
  return shown(rows[0])
}

/** Returns the state of the snapshot that has this token; null if there is none. */
export async function findSnapshotState(
  db: SqlExecutor,
  token: string,
  mode: AccessMode,
): Promise<Snapshot['state'] | null> {
  const { rows } = await db.query<Row>(`SELECT ${SHOWN} FROM snapshot WHERE token_hash = $1`, [hashSecret(token)])
  return rows[0] ? (await withMaker(db, rows[0], mode)).state : null
}

/** SQL statement that counts that a snapshot was opened. Its parameter is the hash of the token. */
export const COUNT_SNAPSHOT_OPENED_SQL =
  'UPDATE snapshot SET opened = opened + 1, last_opened_at = now() WHERE token_hash = $1'

/**
 * Returns the stored page of the snapshot that has this token. Returns null if there is none, if the link was revoked
 * or has expired, or if its maker may no longer see the data.
 */
export async function findSnapshotPage(
  db: SqlExecutor,
  token: string,
  mode: AccessMode,
): Promise<SnapshotPageContent | null> {
  const { rows } = await db.query<Row & { body: string }>(
    `SELECT ${SHOWN}, body FROM snapshot WHERE token_hash = $1 AND body IS NOT NULL`,
    [hashSecret(token)],
  )
  const row = rows[0] && (await withMaker(db, rows[0], mode))
  return row?.state === 'open' ? { ...shown(row), search: row.search, answers: JSON.parse(row.body) } : null
}

import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { snapshot } from '../api/index.ts'
import { type Caller, formatScope, isWithin, parseScope, type Right } from '#lib/contract/index.ts'
import { deletionTime } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { OPEN_CALLER } from '../caller/caller.ts'
import { AccessConflictError, AccessRequestError, UnknownAccessError } from '../errors.ts'
import { type Authority, ownerAuthority } from './token-authority.ts'
import { hashOf, makeToken } from '../tokens/token-text.ts'

/** Each keeps the answers of a page. */
const MAX_OPEN = 200
const MAX_CHARACTERS = 4_000_000

/** A page as it was, for whoever has its token. */
export interface FrozenPage extends Pick<Snapshot, 'page' | 'madeBy' | 'madeAt' | 'expiresAt'> {
  search: string
  /** by the address of the question that each answers */
  answers: Record<string, unknown>
}

const STATE = `CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'open' END`
const SHOWN = `id, title, page, search, scopes, made_by AS "madeBy", made_at AS "madeAt", expires_at AS "expiresAt", ${STATE} AS state, opened,
  last_opened_at AS "lastOpenedAt", rights, owner_user_id AS "userId", owner_token_id AS "tokenId"`

type Snapshot = z.input<typeof snapshot>
type Row = Omit<Snapshot, 'shows'> & {
  search: string
  rights: Right[]
  /** the user or the token that made it; both null = open access */
  userId: string | null
  tokenId: string | null
}

/** Whether people sign in. */
export type AccessMode = 'open' | 'required'

/** Returns what the maker of a link may see now; null = nothing. Links that were made under open access end with it. */
async function makerOf(db: Queryable, { userId, tokenId }: Row, mode: AccessMode): Promise<Authority | null> {
  if (userId !== null) return ownerAuthority(db, { userId })
  if (tokenId !== null) return ownerAuthority(db, { tokenId })
  return mode === 'open' ? OPEN_CALLER : null
}

/** Reports whether the maker of a link still has the rights and the scope that its page needs (ADR 0294). */
const maySee = (maker: Authority | null, { rights, scopes }: Row): boolean =>
  maker !== null && rights.every((right) => maker.rights.has(right)) && isWithin(parseScope(scopes), maker.scope)

/** Returns the row with the state `closed` if its link is open, but its maker may no longer see as much. */
async function withMaker<Kind extends Row>(db: Queryable, row: Kind, mode: AccessMode): Promise<Kind> {
  if (row.state !== 'open' || maySee(await makerOf(db, row, mode), row)) return row
  return { ...row, state: 'closed' }
}

const shown = (row: Row): Snapshot => ({ ...row, shows: momentIn(row.search) ?? row.madeAt })

/** The moment of the clock in a page's address; null = the time at which it was opened. */
function momentIn(search: string): Date | null {
  const query = new URLSearchParams(search)
  const at = new Date(query.get('at') ?? query.get('to') ?? '')
  return Number.isNaN(at.getTime()) ? null : at
}

/**
 * Keeps a page, and deletes the pages of links that ended before the time that rows are aged by.
 * @returns `token` is known to nobody afterwards
 * @throws AccessRequestError, AccessConflictError
 */
export async function saveSnapshot(
  db: Queryable,
  given: Pick<FrozenPage, 'page' | 'search' | 'answers'> & {
    title: string
    days: number
    maker: Caller
    /** the rights that a maker needs to see these answers */
    rights: readonly Right[]
  },
): Promise<Snapshot & { token: string }> {
  const { page, search, answers, title, days, maker, rights } = given
  const body = JSON.stringify(answers)
  if (body.length > MAX_CHARACTERS)
    throw new AccessRequestError('questions: the answers are too long; show a shorter range')
  const aged = await deletionTime(db)
  await db.query(
    `UPDATE snapshot SET body = NULL WHERE body IS NOT NULL AND (revoked_at IS NOT NULL OR expires_at <= $1)`,
    [aged === null ? '-infinity' : new Date(aged).toISOString()],
  )
  const token = makeToken()
  const { rows } = await db.query<Row>(
    `INSERT INTO snapshot (id, token_hash, page, search, title, scopes, made_by, owner_user_id, owner_token_id, expires_at, body, rights)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(days => $10), $11, $12
     WHERE (SELECT count(*) FROM snapshot WHERE ${STATE} = 'open') < ${MAX_OPEN}
     RETURNING ${SHOWN}`,
    [
      randomBytes(8).toString('hex'),
      hashOf(token),
      page,
      search,
      title,
      formatScope(maker.scope),
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

/** Those of which a caller sees all that their makers saw, newest first. */
export async function listSnapshots(
  db: Queryable,
  { scope, kind }: Pick<Caller, 'scope' | 'kind'>,
): Promise<Snapshot[]> {
  const { rows } = await db.query<Row>(`SELECT ${SHOWN} FROM snapshot ORDER BY made_at DESC, id LIMIT 1000`)
  const seen: Snapshot[] = []
  for (const row of rows)
    if (isWithin(parseScope(row.scopes), scope))
      seen.push(shown(await withMaker(db, row, kind === 'open' ? 'open' : 'required')))
  return seen
}

/** Ends a link at once, and forgets its page. @throws UnknownAccessError */
export async function revokeSnapshot(
  db: Queryable,
  id: string,
  caller: Pick<Caller, 'scope' | 'kind'>,
): Promise<Snapshot> {
  const unknown = new UnknownAccessError('There is no such snapshot.')
  if (!(await listSnapshots(db, caller)).some((one) => one.id === id)) throw unknown
  const { rows } = await db.query<Row>(
    `UPDATE snapshot SET revoked_at = coalesce(revoked_at, now()), body = NULL WHERE id = $1 RETURNING ${SHOWN}`,
    [id],
  )
  if (!rows[0]) throw unknown
  return shown(rows[0])
}

/** Whether a token opens a page; null = it is none. */
export async function snapshotState(db: Queryable, token: string, mode: AccessMode): Promise<Snapshot['state'] | null> {
  const { rows } = await db.query<Row>(`SELECT ${SHOWN} FROM snapshot WHERE token_hash = $1`, [hashOf(token)])
  return rows[0] ? (await withMaker(db, rows[0], mode)).state : null
}

/** Counts that it was opened, by the hash of its token. */
export const COUNT_OPENED = 'UPDATE snapshot SET opened = opened + 1, last_opened_at = now() WHERE token_hash = $1'

/** Returns the page that a token opens; null if it opens none, has ended, or its maker may no longer see as much. */
export async function frozenPage(db: Queryable, token: string, mode: AccessMode): Promise<FrozenPage | null> {
  const { rows } = await db.query<Row & { body: string }>(
    `SELECT ${SHOWN}, body FROM snapshot WHERE token_hash = $1 AND body IS NOT NULL`,
    [hashOf(token)],
  )
  const row = rows[0] && (await withMaker(db, rows[0], mode))
  return row?.state === 'open' ? { ...shown(row), search: row.search, answers: JSON.parse(row.body) } : null
}

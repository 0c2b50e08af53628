import type { EpochMs } from '#lib/contract/index.ts'
import { formatIsoTime, toEpochMs } from '#lib/history/statements.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { UserNote } from '../api/index.ts'

const COLUMNS = `n.id, n.scope, (SELECT r.name FROM resource r WHERE r.short_id = n.scope) AS "scopeName", n.subject, n.from_at AS "from",
  n.to_at AS "to", n.text, n.written_by AS "writtenBy", n.written_at AS "writtenAt", n.changed_by AS "changedBy", n.changed_at AS "changedAt"`

/** Maximum number of notes in a list. */
const MAX_NOTES = 1_000

/**
 * Returns the notes that overlap a time range, latest begin first.
 * @param scopes short IDs of resources, or `estate`; absent = all
 */
export async function listNotes(
  db: SqlExecutor,
  {
    scopes,
    from,
    to,
  }: { scopes?: readonly string[] | undefined; from?: EpochMs | undefined; to?: EpochMs | undefined },
): Promise<UserNote[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM note n
     WHERE ($1::text[] IS NULL OR n.scope = ANY ($1))
       AND ($2::timestamptz IS NULL OR coalesce(n.to_at, n.from_at) >= $2)
       AND ($3::timestamptz IS NULL OR n.from_at <= $3)
     ORDER BY n.from_at DESC, n.id LIMIT ${MAX_NOTES}`,
    [scopes ?? null, formatIsoTime(from ?? null), formatIsoTime(to ?? null)],
  )
  return rows.map(noteOf)
}

/** Returns one note; null if it is missing or hidden from the reader. */
export async function findNote(db: SqlExecutor, id: string): Promise<UserNote | null> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM note n WHERE n.id = $1`, [id])
  return rows[0] ? noteOf(rows[0]) : null
}

/** The content of a note, with its author and the time of writing. */
type Written = Pick<UserNote, 'from' | 'to' | 'text'> & { by: string; at: EpochMs }

/**
 * Stores a new note.
 * @returns ID of the note
 */
export async function addNote(
  db: SqlExecutor,
  { scope, subject, from, to, text, by, at }: Written & Pick<UserNote, 'scope' | 'subject'>,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO note (scope, subject, from_at, to_at, text, written_by, written_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
    [scope, subject, from, to, text, by, formatIsoTime(at)],
  )
  return (rows[0] as { id: string }).id
}

/** Changes the time and text of a note. */
export async function updateNote(db: SqlExecutor, id: string, { from, to, text, by, at }: Written): Promise<void> {
  await db.query(
    'UPDATE note SET from_at = $2, to_at = $3, text = $4, changed_by = $5, changed_at = $6 WHERE id = $1',
    [id, from, to, text, by, formatIsoTime(at)],
  )
}

export async function removeNote(db: SqlExecutor, id: string): Promise<void> {
  await db.query('DELETE FROM note WHERE id = $1', [id])
}

type Times = 'from' | 'to' | 'writtenAt' | 'changedAt'
type Row = Omit<UserNote, Times> & { from: Date; to: Date | null; writtenAt: Date; changedAt: Date | null }

const noteOf = ({ from, to, writtenAt, changedAt, ...row }: Row): UserNote => ({
  ...row,
  from: formatIsoTime(toEpochMs(from)),
  to: formatIsoTime(to && toEpochMs(to)),
  writtenAt: formatIsoTime(toEpochMs(writtenAt)),
  changedAt: formatIsoTime(changedAt && toEpochMs(changedAt)),
})

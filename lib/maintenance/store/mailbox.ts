import { formatIsoTime } from '#lib/history/statements.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { z } from 'zod'
import type { mailboxSchema } from '../api/index.ts'
import type { MailboxPosition } from '../mailbox/read-mailbox.ts'

/** Result of the last attempt to read a mailbox, with the position for the next one. */
interface StoredMailbox extends z.input<typeof mailboxSchema> {
  /** position up to which the mailbox was read; null = it has never been opened */
  place: MailboxPosition | null
}

type Row = Omit<StoredMailbox, 'place'> & Omit<MailboxPosition, 'uidValidity'> & { uidValidity: string | null }

/**
 * Returns the result of the last attempt to read the configured mailbox; null = there was no attempt yet. With limited
 * access, the result is always null.
 */
export async function readStoredMailbox(db: SqlExecutor): Promise<StoredMailbox | null> {
  const [found] = await queryRowsInCamelCase<Row>(
    db,
    `SELECT name, uid_validity, last_uid::float8, failing_uid::float8, failures, tried_at, read_at, failure FROM mailbox
     ORDER BY tried_at DESC LIMIT 1`,
  )
  if (!found) return null
  const { uidValidity, lastUid, failingUid, failures, ...mailbox } = found
  return { ...mailbox, place: uidValidity === null ? null : { uidValidity, lastUid, failingUid, failures } }
}

/** Stores the result of an attempt to read the mailbox, and deletes the rows of other mailboxes. */
export async function saveMailbox(
  db: SqlExecutor,
  { name, place, triedAt, readAt, failure }: StoredMailbox,
): Promise<void> {
  await db.query('DELETE FROM mailbox WHERE name <> $1', [name])
  await db.query(
    `INSERT INTO mailbox (name, uid_validity, last_uid, failing_uid, failures, tried_at, read_at, failure)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (name) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid, failing_uid = excluded.failing_uid,
       failures = excluded.failures, tried_at = excluded.tried_at, read_at = excluded.read_at, failure = excluded.failure`,
    [
      name,
      place?.uidValidity ?? null,
      place?.lastUid ?? 0,
      place?.failingUid ?? 0,
      place?.failures ?? 0,
      formatIsoTime(triedAt),
      readAt === null ? null : formatIsoTime(readAt),
      failure,
    ],
  )
}

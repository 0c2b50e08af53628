import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { readDeletionTime } from '#lib/history/index.ts'
import { formatIsoTime } from '#lib/history/statements.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { z } from 'zod'
import type { unreadNoticeSchema, UnreadNoticeState } from '../api/index.ts'

/** A mail that could not be read as a maintenance notice. */
export type StoredUnreadNotice = z.input<typeof unreadNoticeSchema>

const COLUMNS = 'id, sender, subject, excerpt, reason, state, changed_by, received_at, changed_at'

/**
 * Maximum number of stored notices. If there are more, closed notices are deleted first, then notices from unconfirmed
 * senders, then the others. Within each group, the oldest are deleted first.
 */
const MAX_UNREAD = 1_000
/** Time in ms for which a notice is kept after a user closed it by marking it as handled or dismissed. */
const SEEN_MS = 90 * MS_PER_DAY

/**
 * Returns at most {@link MAX_UNREAD} notices that could not be read: open ones first, each group newest first. With
 * limited access, the list is empty.
 */
export function readUnreadNotices(db: SqlExecutor): Promise<StoredUnreadNotice[]> {
  return queryRowsInCamelCase<StoredUnreadNotice>(
    db,
    `SELECT ${COLUMNS} FROM unread_notice ORDER BY state = 'open' DESC, received_at DESC, id LIMIT $1`,
    [MAX_UNREAD],
  )
}

/**
 * Stores new notices. Also deletes notices that users closed more than {@link SEEN_MS} ago, and notices beyond
 * {@link MAX_UNREAD}.
 */
export async function saveUnreadNotices(
  db: SqlExecutor,
  notices: readonly (Pick<StoredUnreadNotice, 'id' | 'receivedAt' | 'sender' | 'subject' | 'excerpt' | 'reason'> & {
    /** true if the receiving mail server confirmed that the mail is from a sender in IMAP_FROM */
    isConfirmed: boolean
  })[],
): Promise<void> {
  for (const { id, receivedAt, sender, subject, excerpt, reason, isConfirmed } of notices) {
    await db.query(
      `INSERT INTO unread_notice (id, received_at, sender, subject, excerpt, reason, is_confirmed) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO NOTHING`,
      [id, formatIsoTime(receivedAt), sender, subject, excerpt, reason, isConfirmed],
    )
  }
  const aged = await readDeletionTime(db)
  await db.query(
    `DELETE FROM unread_notice WHERE changed_at < $1 OR id IN (
       SELECT id FROM unread_notice ORDER BY state = 'open' DESC, is_confirmed DESC, received_at DESC, id OFFSET $2)`,
    [aged === null ? '-infinity' : formatIsoTime(aged - SEEN_MS), MAX_UNREAD],
  )
}

/**
 * Records that a user handled, dismissed or reopened a notice.
 * @returns the notice after the change; null = it does not exist
 */
export async function saveUnreadNoticeState(
  db: SqlExecutor,
  id: string,
  { state, by, now }: { state: UnreadNoticeState; by: string; now: EpochMs },
): Promise<StoredUnreadNotice | null> {
  const [found] = await queryRowsInCamelCase<StoredUnreadNotice>(
    db,
    `UPDATE unread_notice SET state = $2, changed_by = $3, changed_at = CASE WHEN $2 <> 'open' THEN $4::timestamptz END
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, state, by, formatIsoTime(now)],
  )
  return found ?? null
}

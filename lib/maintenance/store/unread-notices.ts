import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { deletionTime } from '#lib/history/index.ts'
import { iso } from '#lib/history/statements.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import type { z } from 'zod'
import type { unreadNotice, UnreadNoticeState } from '../api/index.ts'

/** A mail that is no notice that can be read. */
export type StoredUnreadNotice = z.input<typeof unreadNotice>

const COLUMNS = 'id, sender, subject, excerpt, reason, state, changed_by, received_at, changed_at'

/** Maximum number of notices. More are dropped: first those that somebody has seen, then those of unconfirmed senders, and the oldest of each first. */
const MAX_UNREAD = 1_000
/** What somebody has seen is kept so long. */
const SEEN_MS = 90 * DAY

/** Open ones first, the newest first; {@link MAX_UNREAD} at the most. A reader with a scope sees none. */
export function unreadNotices(db: Queryable): Promise<StoredUnreadNotice[]> {
  return readRows<StoredUnreadNotice>(
    db,
    `SELECT ${COLUMNS} FROM unread_notice ORDER BY state = 'open' DESC, received_at DESC, id LIMIT $1`,
    [MAX_UNREAD],
  )
}

/** Keeps those that are not kept yet, and drops what is beyond {@link MAX_UNREAD}, or was seen long ago. */
export async function saveUnreadNotices(
  db: Queryable,
  notices: readonly (Pick<StoredUnreadNotice, 'id' | 'receivedAt' | 'sender' | 'subject' | 'excerpt' | 'reason'> & {
    /** whether the mail server has confirmed a sender of IMAP_FROM */
    isConfirmed: boolean
  })[],
): Promise<void> {
  for (const { id, receivedAt, sender, subject, excerpt, reason, isConfirmed } of notices) {
    await db.query(
      `INSERT INTO unread_notice (id, received_at, sender, subject, excerpt, reason, is_confirmed) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO NOTHING`,
      [id, iso(receivedAt), sender, subject, excerpt, reason, isConfirmed],
    )
  }
  const aged = await deletionTime(db)
  await db.query(
    `DELETE FROM unread_notice WHERE changed_at < $1 OR id IN (
       SELECT id FROM unread_notice ORDER BY state = 'open' DESC, is_confirmed DESC, received_at DESC, id OFFSET $2)`,
    [aged === null ? '-infinity' : iso(aged - SEEN_MS), MAX_UNREAD],
  )
}

/** Notes what became of one. @returns null = there is none of that id */
export async function closeUnreadNotice(
  db: Queryable,
  id: string,
  { state, by, now }: { state: UnreadNoticeState; by: string; now: EpochMs },
): Promise<StoredUnreadNotice | null> {
  const [found] = await readRows<StoredUnreadNotice>(
    db,
    `UPDATE unread_notice SET state = $2, changed_by = $3, changed_at = CASE WHEN $2 <> 'open' THEN $4::timestamptz END
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, state, by, iso(now)],
  )
  return found ?? null
}

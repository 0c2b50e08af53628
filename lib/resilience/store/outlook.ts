import type { EpochMs } from '#lib/contract/index.ts'
import { everySeen, iso } from '#lib/history/statements.ts'
import type { Visible } from '#lib/history/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

/** What announced windows take away, as it was computed for one scope. */
interface StoredOutlook {
  /** fingerprint of tables, resources and windows */
  restsOn: string
  computedAt: EpochMs
  /** until then nothing that it rests on had changed */
  checkedAt: EpochMs
  /** plain JSON */
  body: unknown
}

/** The last one of a scope. @returns null = none, or it saw what the reader does not see any more */
export async function storedOutlook(db: Queryable, audience: string): Promise<StoredOutlook | null> {
  const [found] = await readRows<StoredOutlook>(
    db,
    'SELECT rests_on, computed_at, checked_at, body FROM outlook WHERE audience = $1',
    [audience],
  )
  return found ?? null
}

/** Keeps one in the place of the one before. @param visible what it saw; null = everything */
export async function saveOutlook(
  db: Queryable,
  audience: string,
  visible: Visible | null,
  { restsOn, computedAt, body }: Omit<StoredOutlook, 'checkedAt'>,
): Promise<void> {
  await db.query(
    `INSERT INTO outlook (audience, seen, hidden, rests_on, computed_at, checked_at, body) VALUES ($1, $2, $3, $4, $5, $5, $6)
     ON CONFLICT (audience) DO UPDATE SET seen = excluded.seen, hidden = excluded.hidden, rests_on = excluded.rests_on,
       computed_at = excluded.computed_at, checked_at = excluded.checked_at, body = excluded.body`,
    [
      audience,
      visible ? everySeen(visible) : [],
      visible?.foreignMembers ?? [],
      restsOn,
      iso(computedAt),
      JSON.stringify(body),
    ],
  )
}

/** Notes that nothing of what they rest on has changed until a moment. */
export async function recordOutlooksChecked(db: Queryable, audiences: readonly string[], now: EpochMs): Promise<void> {
  if (audiences.length === 0) return
  await db.query('UPDATE outlook SET checked_at = greatest(checked_at, $2) WHERE audience = ANY ($1)', [
    audiences,
    iso(now),
  ])
}

/** Mails of the mailbox of notices that could not be read, and that nobody has seen; a reader with a scope sees none. */
export async function openNotices(db: Queryable): Promise<number> {
  const [row] = await readRows<{ count: number }>(
    db,
    "SELECT count(*)::int AS count FROM unread_notice WHERE state = 'open'",
  )
  return row?.count ?? 0
}

/** Which of these events are written. */
export async function eventsKnown(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await readRows<{ id: string }>(db, 'SELECT id FROM event WHERE id = ANY ($1)', [ids])
  return rows.map(({ id }) => id)
}

/** Forgets those of scopes by which nobody reads any more. */
export async function forgetOutlooks(db: Queryable, kept: readonly string[]): Promise<void> {
  await db.query('DELETE FROM outlook WHERE audience <> ALL ($1)', [kept])
}

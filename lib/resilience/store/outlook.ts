import type { EpochMs } from '#lib/contract/index.ts'
import { listVisibleNames, iso } from '#lib/history/statements.ts'
import type { Visible } from '#lib/history/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

/** An outlook: the losses in announced maintenance windows, as computed for one scope. */
interface StoredOutlook {
  /** fingerprint of tables, resources and windows */
  restsOn: string
  computedAt: EpochMs
  /** time until which the underlying data was known to be unchanged */
  checkedAt: EpochMs
  /** windows and intervals as plain JSON */
  body: unknown
}

/**
 * Returns the last outlook of a scope.
 * @returns null if it is missing, or was computed from resources that are now hidden from the reader
 */
export async function storedOutlook(db: Queryable, audience: string): Promise<StoredOutlook | null> {
  const [found] = await readRows<StoredOutlook>(
    db,
    'SELECT rests_on, computed_at, checked_at, body FROM outlook WHERE audience = $1',
    [audience],
  )
  return found ?? null
}

/**
 * Stores an outlook in place of the previous one.
 * @param visible resources from which it was computed; null = all
 */
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
      visible ? listVisibleNames(visible) : [],
      visible?.foreignMembers ?? [],
      restsOn,
      iso(computedAt),
      JSON.stringify(body),
    ],
  )
}

/** Records that the data of these outlooks was still unchanged at a moment. */
export async function recordOutlooksChecked(db: Queryable, audiences: readonly string[], now: EpochMs): Promise<void> {
  if (audiences.length === 0) return
  await db.query('UPDATE outlook SET checked_at = greatest(checked_at, $2) WHERE audience = ANY ($1)', [
    audiences,
    iso(now),
  ])
}

/**
 * Returns the number of provider notices by mail that could not be read and that a user still has to handle. It is 0
 * for a reader with a limited scope.
 */
export async function openNotices(db: Queryable): Promise<number> {
  const [row] = await readRows<{ count: number }>(
    db,
    "SELECT count(*)::int AS count FROM unread_notice WHERE state = 'open'",
  )
  return row?.count ?? 0
}

/** Returns those of the given event IDs that are already stored. */
export async function findStoredEventIds(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await readRows<{ id: string }>(db, 'SELECT id FROM event WHERE id = ANY ($1)', [ids])
  return rows.map(({ id }) => id)
}

/** Deletes the outlooks of scopes that are no longer in use. */
export async function forgetOutlooks(db: Queryable, kept: readonly string[]): Promise<void> {
  await db.query('DELETE FROM outlook WHERE audience <> ALL ($1)', [kept])
}

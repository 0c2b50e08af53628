import type { EpochMs } from '#lib/contract/index.ts'
import { listVisibleNames, formatIsoTime } from '#lib/history/statements.ts'
import type { RowsVisibleInAccessScope } from '#lib/history/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

/**
 * An outlook for one set of visible resources (`audience`). It contains the losses that announced maintenance will
 * cause.
 */
interface StoredOutlook {
  /** fingerprint of the route tables, resources and windows from which it was computed */
  restsOn: string
  computedAt: EpochMs
  /** last time at which these data were known to be unchanged */
  checkedAt: EpochMs
  /** Windows and intervals as plain JSON. */
  body: unknown
}

/**
 * Returns the outlook for a set of visible resources. Null if there is none, or if the caller may no longer see all
 * resources of the set.
 */
export async function readStoredOutlook(db: SqlExecutor, audience: string): Promise<StoredOutlook | null> {
  const [found] = await queryRowsInCamelCase<StoredOutlook>(
    db,
    'SELECT rests_on, computed_at, checked_at, body FROM outlook WHERE audience = $1',
    [audience],
  )
  return found ?? null
}

/**
 * Stores an outlook, which replaces the previous outlook for the same set of resources.
 * @param visible resources from which it was computed; null = all
 */
export async function saveMaintenanceOutlook(
  db: SqlExecutor,
  audience: string,
  visible: RowsVisibleInAccessScope | null,
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
      formatIsoTime(computedAt),
      JSON.stringify(body),
    ],
  )
}

/** Records that the data of these outlooks did not change until a moment. */
export async function recordOutlooksChecked(
  db: SqlExecutor,
  audiences: readonly string[],
  now: EpochMs,
): Promise<void> {
  if (audiences.length === 0) return
  await db.query('UPDATE outlook SET checked_at = greatest(checked_at, $2) WHERE audience = ANY ($1)', [
    audiences,
    formatIsoTime(now),
  ])
}

/**
 * Returns the number of mails with provider notices that could not be read and that no user has handled yet. A caller
 * who may see only some resources gets 0.
 */
export async function countUnreadNotices(db: SqlExecutor): Promise<number> {
  const [row] = await queryRowsInCamelCase<{ count: number }>(
    db,
    "SELECT count(*)::int AS count FROM unread_notice WHERE state = 'open'",
  )
  return row?.count ?? 0
}

/** Returns those of the given ids for which an event is stored. */
export async function findStoredEventIds(db: SqlExecutor, ids: readonly string[]): Promise<string[]> {
  const rows = await queryRowsInCamelCase<{ id: string }>(db, 'SELECT id FROM event WHERE id = ANY ($1)', [ids])
  return rows.map(({ id }) => id)
}

/** Deletes the outlooks for sets of visible resources that nobody uses any more. */
export async function deleteOutlooks(db: SqlExecutor, kept: readonly string[]): Promise<void> {
  await db.query('DELETE FROM outlook WHERE audience <> ALL ($1)', [kept])
}

import type { EpochMs } from '#lib/contract/index.ts'
import { iso } from '#lib/history/statements.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * Whether every incident that had opened by a moment is judged for good: closed, and no longer open to what is read late. Until then it may
 * open again, and its events may get another root, severity or cause, none of which is kept as it was.
 * @param since ended events that ended later still take what is read late (`memory.recent`)
 */
export async function areIncidentsFinal(
  db: Queryable,
  { at, since }: { at: EpochMs; since: EpochMs },
): Promise<boolean> {
  const { rows } = await db.query<{ judged: boolean }>(
    `SELECT NOT EXISTS (
       SELECT FROM incident WHERE opened_at <= $1 AND (closed_at IS NULL OR closed_at > $2)) AS judged`,
    [iso(at), iso(since)],
  )
  return rows[0]?.judged ?? false
}

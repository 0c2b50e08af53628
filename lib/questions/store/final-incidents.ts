import type { EpochMs } from '#lib/contract/index.ts'
import { formatIsoTime } from '#lib/history/statements.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Reports whether every incident that opened before a moment is final. An incident is final if it closed before
 * `since`, because late data can then no longer change it. Before that, it may be reopened, and its root event,
 * severity or cause may change without a record of the previous value.
 * @param since an incident that is open or closed after this time is not final (`memory.recent`)
 */
export async function areIncidentsFinal(
  db: SqlExecutor,
  { at, since }: { at: EpochMs; since: EpochMs },
): Promise<boolean> {
  const { rows } = await db.query<{ judged: boolean }>(
    `SELECT NOT EXISTS (
       SELECT FROM incident WHERE opened_at <= $1 AND (closed_at IS NULL OR closed_at > $2)) AS judged`,
    [formatIsoTime(at), formatIsoTime(since)],
  )
  return rows[0]?.judged ?? false
}

import type { EpochMs } from '#lib/contract/index.ts'
import { formatIsoTime } from '#lib/history/statements.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Maximum time in milliseconds between the start of an event and the start of the period, for an event that has ended.
 * Earlier events are not found.
 */
const BEFORE_MS = 92 * 24 * 60 * 60_000

/**
 * Returns the IDs of the events of some resources that may overlap [from, to], oldest first.
 * @param query.scopes short IDs of resources
 */
export async function readEventIdsInPeriod(
  db: SqlExecutor,
  { scopes, from, to, limit }: { scopes: readonly string[]; from: EpochMs; to: EpochMs; limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT e.id FROM event e
     WHERE e.scope = ANY ($1)
       AND (e.ended_latest IS NULL AND e.started_earliest <= $3
         OR e.ended_latest >= $2 AND tstzrange(e.started_earliest, e.started_latest, '[]') && tstzrange($5, $3, '[]'))
     ORDER BY e.started_earliest, e.id LIMIT $4`,
    [scopes, formatIsoTime(from), formatIsoTime(to), limit, formatIsoTime(from - BEFORE_MS)],
  )
  return rows.map(({ id }) => id)
}

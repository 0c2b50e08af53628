import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getRegisteredTables } from '../registered-tables.ts'
import type { RowRetentionRule } from '../types/tables.ts'
import { formatIsoTime } from '../times.ts'
import { deleteOldRoutes } from './delete-old-routes.ts'

/** Number of rows per statement, so that locks are held only briefly. */
const BATCH = 5_000

/** SQL of the bounds of an event's begin and of its end. For an ongoing event the begin is used in place of the end. */
const eventMoments = [
  ['e.started_earliest', 'e.started_latest'],
  ['coalesce(e.ended_earliest, e.started_earliest)', 'coalesce(e.ended_latest, e.started_latest)'],
] as const

/** Oldest times that are kept. History can be queried from the later one (`rest`) on. */
interface EarliestKept {
  /** oldest time for which intervals and coverage are kept */
  intervals: EpochMs
  /** oldest time for which events, counts of changes and Activity Log entries are kept */
  rest: EpochMs
}

/**
 * Deletes expired events, intervals, coverage and Activity Log entries, by source. An event without an end is kept if
 * it is the newest of its subject, because it may be ongoing. The states directly before and after a kept event are
 * kept too.
 * @returns number of deleted rows, by table
 */
export async function pruneHistory(
  db: Database,
  { intervals, rest }: EarliestKept,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const gone: Record<string, number> = { event: 0 }
  const { rows: sources } = await db.pool.query<{ id: number }>('SELECT id FROM source ORDER BY id')
  for (const { id } of sources) {
    if (signal?.aborted) break
    for (const [table, { retention }] of getRegisteredTables()) {
      if (typeof retention === 'string') continue
      const count = await pruneOfSource(db, table, retention, id, { intervals, rest })
      if (count === null) continue
      gone[table] = (gone[table] ?? 0) + count
      if (table === 'route_interval' && count > 0) await deleteOldRoutes(db, id, intervals)
    }
  }
  return gone
}

/**
 * Deletes expired rows of one source from a table.
 * @returns number of deleted rows; null = this table is not deleted by source
 */
async function pruneOfSource(
  db: Database,
  table: string,
  retention: Exclude<RowRetentionRule, string>,
  sourceId: number,
  { intervals, rest }: EarliestKept,
): Promise<number | null> {
  if ('until' in retention) return inBatches(db, table, conditionOf(retention), sourceId, intervals)
  return 'ofSource' in retention ? inBatches(db, table, retention.ofSource, sourceId, rest) : null
}

function conditionOf({ until, moments }: Extract<RowRetentionRule, { until: string }>): string {
  const touching = moments.flatMap(([earliest, latest]) =>
    eventMoments.map(([eventLo, eventHi]) => `(${earliest} <= ${eventHi} AND ${latest} >= ${eventLo})`),
  )
  return `t.${until} < $2 AND NOT EXISTS (
    SELECT FROM event e WHERE e.source_id = t.source_id AND e.started_earliest < $2 AND (${touching.join(' OR ')}))`
}

async function inBatches(db: Database, table: string, condition: string, sourceId: number, before: EpochMs) {
  let gone = 0
  for (;;) {
    const { rowCount } = await db.pool.query(
      `DELETE FROM ${table} WHERE ctid = ANY (ARRAY (
         SELECT t.ctid FROM ${table} t WHERE t.source_id = $1 AND ${condition} LIMIT ${BATCH}))`,
      [sourceId, formatIsoTime(before)],
    )
    gone += rowCount ?? 0
    if ((rowCount ?? 0) < BATCH) return gone
  }
}

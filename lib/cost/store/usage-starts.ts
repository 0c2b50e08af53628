import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getStepNumber, toEpochMs } from '#lib/history/statements.ts'

/**
 * Returns the begin of the known usage of each resource, by short id. The begin moves to the past while past metrics
 * are read from Azure Monitor.
 * @param path GLOBAL_REACH_PATH = only the usage of Global Reach; null = any usage
 */
export async function readUsageStarts(db: SqlExecutor, path: string | null = null): Promise<Map<string, EpochMs>> {
  const { rows } = await db.query<{ short_id: string; begins_at: Date }>(
    `SELECT r.short_id, min(b.starts_at) AS begins_at
     FROM usage_series s
     JOIN source so ON so.id = s.source_id
     JOIN resource r ON r.id = so.resource_id
     CROSS JOIN LATERAL (
       SELECT starts_at FROM usage_bucket
       WHERE source_id = s.source_id AND series_id = s.id AND step = $1
       ORDER BY starts_at LIMIT 1) b
     WHERE $2::text IS NULL OR s.path = $2
     GROUP BY r.short_id`,
    [getStepNumber('hour'), path],
  )
  return new Map(rows.map(({ short_id, begins_at }) => [short_id, toEpochMs(begins_at)]))
}

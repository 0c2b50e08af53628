import type { MetricRow } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '../../times.ts'
import type { CurrentMetric } from '../../types.ts'
import {
  createResourceCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from '../polls/list-sources.ts'

interface Row extends SourceRefRow, Omit<MetricRow, 'at' | 'grainSeconds'> {
  grain_seconds: number
  at: Date
}

/**
 * Returns the newest bucket of every metric series in scope; `at` is its start.
 * @param query.scope a short ID or ARM ID, or several short IDs; absent = all
 */
export async function readLatestMetrics(
  db: SqlExecutor,
  query: { scope?: string | readonly string[] | undefined; metrics?: readonly string[] | undefined },
): Promise<CurrentMetric[]> {
  const [one, several] = typeof query.scope === 'string' ? [query.scope, null] : [null, query.scope ?? null]
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, m.metric, m.unit, m.dimensions, m.grain_seconds, m.at, m.average, m.maximum, m.minimum, m.total
     FROM metric_series m JOIN source s ON s.id = m.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${createResourceCondition(1)} AND ($3::text[] IS NULL OR r.short_id = ANY ($3))
       AND m.at IS NOT NULL AND ($2::text[] IS NULL OR m.metric = ANY ($2))
     ORDER BY r.name, r.id, s.subresource, m.metric, m.grain_seconds, m.dimensions::text, m.id`,
    [one, query.metrics ?? null, several],
  )
  return rows.map((row) => ({
    ...convertSourceRefRow(row),
    metric: row.metric,
    unit: row.unit,
    dimensions: row.dimensions,
    grainSeconds: row.grain_seconds,
    at: toEpochMs(row.at),
    average: row.average,
    maximum: row.maximum,
    minimum: row.minimum,
    total: row.total,
  }))
}

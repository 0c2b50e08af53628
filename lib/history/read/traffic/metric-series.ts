import { MAX_METRIC_AGE_MS, type MetricRow } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type MetricSeries, formatBucketValues } from '../../record/metric-series.ts'
import { toEpochMs } from '../../times.ts'

interface Row extends Pick<MetricRow, 'metric' | 'dimensions' | 'average' | 'maximum'> {
  source_id: number
  id: number
  grain_seconds: number
  at: Date | null
  needed_seconds: number
  recent: Pick<MetricRow, 'at' | 'average' | 'maximum' | 'minimum' | 'total'>[] | null
}

/**
 * Returns the metric series of the given sources, by source. Each series has its newest evaluated bucket and the
 * buckets that the last polls read. A source without series is not in the map.
 */
export async function readMetricSeries(
  db: SqlExecutor,
  sourceIds: readonly number[],
): Promise<Map<number, MetricSeries[]>> {
  if (sourceIds.length === 0) return new Map()
  const { rows } = await db.query<Row>(
    `SELECT m.source_id, m.id, m.metric, m.grain_seconds, m.dimensions, m.at, m.average, m.maximum, m.needed_seconds, x.recent
     FROM metric_series m CROSS JOIN LATERAL (
       SELECT json_agg(json_build_object('at', (extract(epoch FROM s.at) * 1000)::bigint, 'average', s.average,
                'maximum', s.maximum, 'minimum', s.minimum, 'total', s.total) ORDER BY s.at) AS recent
       FROM metric_sample s
       WHERE s.source_id = m.source_id AND s.series_id = m.id AND s.at > coalesce(m.at, '-infinity') - make_interval(secs => $2)) x
     WHERE m.source_id = ANY ($1::int[]) ORDER BY m.id`,
    [sourceIds, MAX_METRIC_AGE_MS / 1_000],
  )
  const bySource = Map.groupBy(rows, ({ source_id }) => source_id)
  return new Map([...bySource].map(([sourceId, own]) => [sourceId, own.map(seriesOf)]))
}

function seriesOf({ id, metric, grain_seconds, dimensions, at, average, maximum, ...row }: Row): MetricSeries {
  const newest = at === null ? null : { at: toEpochMs(at), average, maximum }
  const recent = (row.recent ?? []).map((bucket) => [bucket.at, formatBucketValues(bucket)] as const)
  return { id, metric, grainSeconds: grain_seconds, dimensions, newest, neededMs: row.needed_seconds * 1_000, recent }
}

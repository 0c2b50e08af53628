import type { MetricRow } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { MetricSeries } from '../../record/metric-series.ts'
import { ms } from '../../times.ts'

interface Row extends Pick<MetricRow, 'metric' | 'dimensions' | 'average' | 'maximum'> {
  source_id: number
  id: number
  grain_seconds: number
  at: Date | null
}

/** All series of sources with their newest buckets, by source. One that has none is not in the map. */
export async function metricSeries(db: Queryable, sourceIds: readonly number[]): Promise<Map<number, MetricSeries[]>> {
  if (sourceIds.length === 0) return new Map()
  const { rows } = await db.query<Row>(
    `SELECT source_id, id, metric, grain_seconds, dimensions, at, average, maximum
     FROM metric_series WHERE source_id = ANY ($1::int[]) ORDER BY id`,
    [sourceIds],
  )
  const bySource = Map.groupBy(rows, ({ source_id }) => source_id)
  return new Map([...bySource].map(([sourceId, own]) => [sourceId, own.map(seriesOf)]))
}

function seriesOf({ id, metric, grain_seconds, dimensions, at, average, maximum }: Row): MetricSeries {
  const newest = at === null ? null : { at: ms(at), average, maximum }
  return { id, metric, grainSeconds: grain_seconds, dimensions, newest }
}

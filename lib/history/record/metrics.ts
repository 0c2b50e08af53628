import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { PolledMetricBucket, MetricsComparison } from './metric-series.ts'
import { type MustFindEveryRow, checkRowsFound } from './stale-state-error.ts'
import { ensurePartitionsForTimes } from './partitions.ts'
import { type WrittenColumnDefinitions, insertRows, updateRows } from './write-rows.ts'

/** Buckets of one source. */
interface ReadMetrics extends Pick<MetricsComparison, 'buckets' | 'newest'> {
  sourceId: number
}

interface KnownBucket extends Pick<PolledMetricBucket, 'row' | 'neededMs'> {
  sourceId: number
  seriesId: number
}

/**
 * Writes Azure Monitor buckets, of one or several sources. A bucket that was written before is replaced if its value
 * has changed.
 * @param must whether each series must be unchanged since the caller read it
 * @throws StaleStateError if `must` is set and a series was deleted or has a newer bucket
 */
export async function saveMetrics(
  client: SqlExecutor,
  polls: readonly ReadMetrics[],
  must: MustFindEveryRow,
): Promise<void> {
  const read = polls.filter(({ buckets }) => buckets.length > 0)
  if (read.length === 0) return
  const made = await makeSeries(client, read)
  const known = (of: 'buckets' | 'newest') =>
    read.flatMap(({ sourceId, [of]: own }) =>
      own.map(({ seriesId, series, row, neededMs }): KnownBucket => {
        const id = seriesId ?? made.get(`${sourceId} ${series}`)
        if (id === undefined) throw new Error('a metric series was neither found nor made')
        return { sourceId, seriesId: id, row, neededMs }
      }),
    )
  const newest = known('newest')
  // The newest evaluated bucket is also stored in the row of the series, so that the current value can be read without
  // the samples.
  const found = await updateRows(client, 'metric_series', SERIES, NEWEST, newest, {
    where: '(t.at IS NULL OR t.at <= n.at)',
    name: 'metric_series_newest',
  })
  checkRowsFound(must, 'metric_series', found, newest.length)
  const buckets = known('buckets')
  await ensurePartitionsForTimes(
    client,
    'metric_sample',
    buckets.map(({ row }) => row.at),
  )
  // an unchanged bucket is not written
  await insertRows(client, 'metric_sample AS s', SAMPLE, buckets, {
    more: `ON CONFLICT (source_id, series_id, at) DO UPDATE
      SET average = excluded.average, maximum = excluded.maximum, minimum = excluded.minimum, total = excluded.total
      WHERE (s.average, s.maximum, s.minimum, s.total)
        IS DISTINCT FROM (excluded.average, excluded.maximum, excluded.minimum, excluded.total)`,
    name: 'metric_sample',
  })
}

/**
 * Creates new series.
 * @returns their IDs by source and key
 */
async function makeSeries(client: SqlExecutor, polls: readonly ReadMetrics[]): Promise<Map<string, number>> {
  const fresh = new Map(
    polls.flatMap(({ sourceId, buckets }) =>
      buckets
        .filter(({ seriesId }) => seriesId === null)
        .map(({ series, row }) => [
          `${sourceId} ${series}`,
          {
            source_id: sourceId,
            key: `${sourceId} ${series}`,
            metric: row.metric,
            grain_seconds: row.grainSeconds,
            dimensions: row.dimensions,
            unit: row.unit,
          },
        ]),
    ),
  )
  if (fresh.size === 0) return new Map()
  const sorted = [...fresh.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const { rows } = await client.query<{ key: string; id: number }>(
    `WITH wanted AS (
       SELECT * FROM jsonb_to_recordset($1) AS w (source_id int, key text, metric text, grain_seconds int, dimensions jsonb, unit text)),
     made AS (
       INSERT INTO metric_series (source_id, metric, grain_seconds, dimensions, unit)
       SELECT source_id, metric, grain_seconds, dimensions, unit FROM wanted
       RETURNING id, source_id, metric, grain_seconds, dimensions)
     SELECT key, id FROM made JOIN wanted USING (source_id, metric, grain_seconds, dimensions)`,
    [JSON.stringify(sorted)],
  )
  return new Map(rows.map(({ key, id }) => [key, id]))
}

const VALUES: WrittenColumnDefinitions<KnownBucket> = {
  at: ['timestamptz', ({ row }) => row.at],
  average: ['float8', ({ row }) => row.average],
  maximum: ['float8', ({ row }) => row.maximum],
  minimum: ['float8', ({ row }) => row.minimum],
  total: ['float8', ({ row }) => row.total],
}
const NEWEST: WrittenColumnDefinitions<KnownBucket> = {
  ...VALUES,
  needed_seconds: ['int', ({ neededMs }) => neededMs / 1_000],
}
const SERIES: WrittenColumnDefinitions<KnownBucket> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  id: ['int', ({ seriesId }) => seriesId],
}
const SAMPLE: WrittenColumnDefinitions<KnownBucket> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  series_id: ['int', ({ seriesId }) => seriesId],
  ...VALUES,
}

import type { PoolClient } from 'pg'
import { iso } from '../times.ts'
import type { Bucket, SteppedMetrics } from './metric-series.ts'
import { type Must, NotAsRemembered } from './must.ts'
import { partitionsFor } from './partitions.ts'

/** Buckets of one source. */
export interface ReadMetrics extends Pick<SteppedMetrics, 'buckets' | 'newest'> {
  sourceId: number
}

interface KnownBucket extends Pick<Bucket, 'row'> {
  sourceId: number
  seriesId: number
}

/**
 * Upserts Azure Monitor buckets of any sources: one that arrives again, perhaps with a later value, replaces itself. A series that is gone,
 * or has a newer bucket, is not as it was remembered.
 */
export async function saveMetrics(client: PoolClient, polls: readonly ReadMetrics[], must: Must): Promise<void> {
  const read = polls.filter(({ buckets }) => buckets.length > 0)
  if (read.length === 0) return
  const made = await makeSeries(client, read)
  const known = (of: 'buckets' | 'newest') =>
    read.flatMap(({ sourceId, [of]: own }) =>
      own.map(({ seriesId, series, row }): KnownBucket => {
        const id = seriesId ?? made.get(`${sourceId} ${series}`)
        if (id === undefined) throw new Error('a metric series was neither found nor made')
        return { sourceId, seriesId: id, row }
      }),
    )
  const newest = known('newest')
  const isNewest = await updateNewest(client, newest)
  if (must && isNewest !== newest.length) throw new NotAsRemembered('metric_series')
  await saveBuckets(client, known('buckets'))
}

/** Numbers of series that are new, by source and key. */
async function makeSeries(client: PoolClient, polls: readonly ReadMetrics[]): Promise<Map<string, number>> {
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

/** One that is there as it comes is not written. */
async function saveBuckets(client: PoolClient, buckets: readonly KnownBucket[]): Promise<void> {
  await partitionsFor(
    client,
    'metric_sample',
    buckets.map(({ row }) => row.at),
  )
  await client.query({
    name: 'metric_sample',
    text: `INSERT INTO metric_sample AS s (source_id, series_id, at, average, maximum, minimum, total)
     SELECT * FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
     ON CONFLICT (source_id, series_id, at) DO UPDATE
     SET average = excluded.average, maximum = excluded.maximum, minimum = excluded.minimum, total = excluded.total
     WHERE (s.average, s.maximum, s.minimum, s.total)
       IS DISTINCT FROM (excluded.average, excluded.maximum, excluded.minimum, excluded.total)`,
    values: columnsOf(buckets),
  })
}

/**
 * The newest bucket of each series stands in the series itself, where verdicts read it.
 * @param newest one of each series
 * @returns how many were newer than what stood there, or as new
 */
async function updateNewest(client: PoolClient, newest: readonly KnownBucket[]): Promise<number> {
  const { rowCount } = await client.query({
    name: 'metric_series_newest',
    text: `UPDATE metric_series s
     SET at = n.at, average = n.average, maximum = n.maximum, minimum = n.minimum, total = n.total
     FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
       AS n (source_id, id, at, average, maximum, minimum, total)
     WHERE s.source_id = n.source_id AND s.id = n.id AND (s.at IS NULL OR s.at <= n.at)`,
    values: columnsOf(newest),
  })
  return rowCount ?? 0
}

function columnsOf(buckets: readonly KnownBucket[]): unknown[] {
  return [
    buckets.map(({ sourceId }) => sourceId),
    buckets.map(({ seriesId }) => seriesId),
    buckets.map(({ row }) => iso(row.at)),
    buckets.map(({ row }) => row.average),
    buckets.map(({ row }) => row.maximum),
    buckets.map(({ row }) => row.minimum),
    buckets.map(({ row }) => row.total),
  ]
}

import type { PoolClient } from 'pg'
import type { MetricRow } from '#lib/contract/index.ts'
import { iso } from '../times.ts'
import { type KnownBucket, knownBuckets, newestBuckets, seriesKeys } from './metric-series.ts'
import { partitionsFor } from './partitions.ts'

/** Upserts Azure Monitor buckets: a bucket that arrives again, perhaps with a later value, replaces itself. */
export async function recordMetrics(client: PoolClient, sourceId: number, rows: readonly MetricRow[]): Promise<void> {
  if (rows.length === 0) return
  const seriesKey = seriesKeys()
  const series = [...new Map(rows.map((row) => [seriesKey(row), row])).values()].toSorted((a, b) =>
    seriesKey(a) < seriesKey(b) ? -1 : 1,
  )
  const { rows: known } = await client.query<{ id: number; key: string }>({
    name: 'metric_series',
    text: `WITH wanted AS (
       SELECT key, metric, grain_seconds, dimensions, unit
       FROM jsonb_to_recordset($2) AS w (key text, metric text, grain_seconds int, dimensions jsonb, unit text)),
     found AS (
       SELECT w.*, s.id FROM wanted w LEFT JOIN metric_series s ON s.source_id = $1
         AND (s.metric, s.grain_seconds, s.dimensions) = (w.metric, w.grain_seconds, w.dimensions)),
     made AS (
       INSERT INTO metric_series (source_id, metric, grain_seconds, dimensions, unit)
       SELECT $1, metric, grain_seconds, dimensions, unit FROM found WHERE id IS NULL
       RETURNING id, metric, grain_seconds, dimensions)
     SELECT f.key, coalesce(f.id, m.id) AS id
     FROM found f LEFT JOIN made m ON (m.metric, m.grain_seconds, m.dimensions) = (f.metric, f.grain_seconds, f.dimensions)`,
    values: [
      sourceId,
      JSON.stringify(
        series.map((row) => ({
          key: seriesKey(row),
          metric: row.metric,
          grain_seconds: row.grainSeconds,
          dimensions: row.dimensions,
          unit: row.unit,
        })),
      ),
    ],
  })
  const ids = new Map(known.map(({ key, id }) => [key, id]))
  const buckets = knownBuckets(sourceId, rows, seriesKey, ids)
  if (!buckets) throw new Error('a metric series was neither found nor made')
  await saveBuckets(client, buckets)
  await updateNewest(client, newestBuckets(buckets))
}

/** Upserts buckets of any sources; one that is there as it comes is not written. */
export async function saveBuckets(client: PoolClient, buckets: readonly KnownBucket[]): Promise<void> {
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
export async function updateNewest(client: PoolClient, newest: readonly KnownBucket[]): Promise<number> {
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

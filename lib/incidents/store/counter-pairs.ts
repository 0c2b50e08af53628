import type { EpochMs } from '#lib/contract/index.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import {
  selectMaxGapFreeSeconds,
  getStepNumber,
  formatIsoTime,
  HAS_READ_ROWS_CONDITION,
} from '#lib/history/statements.ts'

/** A time range for which the byte counters of a resource are read. */
export interface CounterPeriod {
  /** short ID of a circuit, or of a VPN connection that has its own counters */
  scope: string
  from: EpochMs
  to: EpochMs
  /** source of the values; `5m` = five-minute buckets, for times whose samples are deleted or too many */
  basis: 'sample' | '5m'
}

/**
 * Bytes that passed between two adjacent samples, as the sum of both paths of a circuit. The bytes of a direction are
 * null if they are unknown for one of the paths.
 */
export interface CountedBytes {
  from: EpochMs
  to: EpochMs
  bytesIn: bigint | null
  bytesOut: bigint | null
}

type PairTuple = [from: number, to: number, bytesIn: string | null, bytesOut: string | null]

const POINT_MS = 300_000

/**
 * Returns a subquery for the counters of one resource. OFFSET 0 prevents the planner from merging the subquery, so that
 * only rows of this resource are read.
 */
const seriesOf = (table: string, where = '') =>
  `SELECT t.id, t.path FROM ${table} t WHERE t.source_id = p.source_id AND t.path IN ('primary', 'secondary', '') ${where} OFFSET 0`

/**
 * Returns the bytes that passed between each two adjacent samples within a window, oldest first. Bytes are unknown if a
 * counter fell, if there is a gap between the two polls, or if a path has no value. A 5-minute bucket is known only if
 * polls cover all of it. Bytes that were counted across the border of two buckets are divided between them in
 * proportion to time. Therefore the first and the last bucket of a window are inexact and left out.
 * @returns the intervals of each window, in the order of the windows
 */
export async function readCounterPairs(db: SqlExecutor, windows: readonly CounterPeriod[]): Promise<CountedBytes[][]> {
  if (windows.length === 0) return []
  const rows = await queryWithPreparedStatement<{ n: number; pairs: PairTuple[] }>(
    db,
    'countedWithin',
    `WITH asked AS (
       SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::boolean[]) WITH ORDINALITY
         AS w (scope, from_at, to_at, of_samples, n)),
     place AS (
       SELECT r.short_id AS scope, so.id AS source_id FROM resource r
       JOIN source so ON so.resource_id = r.id AND so.subresource = ''
       WHERE r.short_id = ANY ($1)),
     sampled AS (
       SELECT w.n, c.path, s.* FROM asked w JOIN place p ON p.scope = w.scope
       CROSS JOIN LATERAL (${seriesOf('counter')}) c
       CROSS JOIN LATERAL (
         SELECT lag(s.started_at + (s.finished_at - s.started_at) / 2) OVER own AS from_at,
                s.started_at + (s.finished_at - s.started_at) / 2 AS to_at,
                s.started_at - lag(s.started_at) OVER own AS distance, v.interval_seconds AS begins_after,
                s.bytes_in - lag(s.bytes_in) OVER own AS bytes_in, s.bytes_out - lag(s.bytes_out) OVER own AS bytes_out
         FROM counter_sample s
         LEFT JOIN coverage v ON v.source_id = s.source_id AND v.kind IN ('stats', 'connection')
           AND v.from_at = s.started_at AND v.from_at >= w.from_at AND v.from_at < w.to_at AND ${HAS_READ_ROWS_CONDITION}
         WHERE s.source_id = p.source_id AND s.counter_id = c.id AND s.started_at >= w.from_at
           AND s.started_at < w.to_at AND s.finished_at <= w.to_at
         WINDOW own AS (ORDER BY s.started_at)) s
       WHERE w.of_samples AND s.from_at IS NOT NULL),
     part AS (
       SELECT n, path, from_at, to_at, CASE WHEN whole AND bytes_in >= 0 THEN bytes_in END AS bytes_in,
              CASE WHEN whole AND bytes_out >= 0 THEN bytes_out END AS bytes_out
       FROM sampled CROSS JOIN LATERAL (
         SELECT begins_after IS NULL OR extract(epoch FROM distance) <= ${selectMaxGapFreeSeconds('begins_after')} AS whole) AS gap
       UNION ALL
       SELECT w.n, u.path, b.starts_at, b.starts_at + interval '5 minutes',
              CASE WHEN b.in_covered_ms = ${POINT_MS} AND NOT b.in_at_least THEN b.bytes_in END,
              CASE WHEN b.out_covered_ms = ${POINT_MS} AND NOT b.out_at_least THEN b.bytes_out END
       FROM asked w JOIN place p ON p.scope = w.scope
       CROSS JOIN LATERAL (${seriesOf('usage_series', "AND t.basis = 'counter'")}) u
       CROSS JOIN LATERAL (
         SELECT * FROM usage_bucket b WHERE b.source_id = p.source_id AND b.series_id = u.id AND b.step = $5
           AND b.starts_at >= w.from_at + interval '5 minutes' AND b.starts_at <= w.to_at - interval '10 minutes'
         OFFSET 0) b
       WHERE NOT w.of_samples),
     pair AS (
       SELECT n, from_at, to_at, CASE WHEN bool_or(path = '') THEN 1 ELSE 2 END AS paths,
              count(bytes_in) AS with_in, sum(bytes_in) AS bytes_in, count(bytes_out) AS with_out, sum(bytes_out) AS bytes_out
       FROM part GROUP BY n, from_at, to_at)
     SELECT n::int, json_agg(json_build_array(
              round(extract(epoch FROM from_at) * 1000)::bigint, round(extract(epoch FROM to_at) * 1000)::bigint,
              CASE WHEN with_in = paths THEN bytes_in::text END, CASE WHEN with_out = paths THEN bytes_out::text END)
              ORDER BY from_at, to_at) AS pairs
     FROM pair GROUP BY n`,
    [
      windows.map(({ scope }) => scope),
      windows.map(({ from }) => formatIsoTime(from)),
      windows.map(({ to }) => formatIsoTime(to)),
      windows.map(({ basis }) => basis === 'sample'),
      getStepNumber('5m'),
    ],
  )
  const pairs = new Map(rows.map((row) => [row.n, row.pairs.map(pairOf)]))
  return windows.map((_, i) => pairs.get(i + 1) ?? [])
}

const pairOf = ([from, to, bytesIn, bytesOut]: PairTuple): CountedBytes => ({
  from,
  to,
  bytesIn: bytesIn === null ? null : BigInt(bytesIn),
  bytesOut: bytesOut === null ? null : BigInt(bytesOut),
})

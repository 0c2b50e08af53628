import type { PoolClient } from 'pg'
import { formatIsoTime } from '../times.ts'
import type { CounterGrowth } from './counter-growth.ts'
import type { UsageBucket } from './apportion-growth.ts'
import { type UsageBucketLength, usageBucketLengths } from './rollup-steps.ts'

/** Buckets of a series. */
interface SeriesBuckets {
  sourceId: number
  seriesId: number
  buckets: Iterable<UsageBucket>
}

/** Returns the number by which the table `usage_bucket` stores a bucket length: 1 = five minutes, 4 = month. */
export function getStepNumber(step: UsageBucketLength): number {
  return usageBucketLengths.indexOf(step) + 1
}

const COLUMNS =
  'source_id, series_id, step, starts_at, bytes_in, bytes_out, in_covered_ms, out_covered_ms, in_at_least, out_at_least'
const ROWS = `SELECT source_id, series_id, $1::smallint, starts_at, bytes_in, bytes_out, in_covered_ms, out_covered_ms,
                     in_at_least, out_at_least
              FROM unnest($2::int[], $3::int[], $4::timestamptz[], $5::numeric[], $6::numeric[], $7::bigint[], $8::bigint[],
                          $9::boolean[], $10::boolean[])
                AS w (source_id, series_id, starts_at, bytes_in, bytes_out, in_covered_ms, out_covered_ms, in_at_least, out_at_least)`

/** Adds the bytes and covered times of buckets to the stored values. The caller must not add the same growth twice. */
export async function addUsageBuckets(
  client: PoolClient,
  step: UsageBucketLength,
  parts: readonly SeriesBuckets[],
): Promise<void> {
  await write(
    client,
    step,
    parts,
    `bytes_in = b.bytes_in + excluded.bytes_in, bytes_out = b.bytes_out + excluded.bytes_out,
     in_covered_ms = b.in_covered_ms + excluded.in_covered_ms, out_covered_ms = b.out_covered_ms + excluded.out_covered_ms,
     in_at_least = b.in_at_least OR excluded.in_at_least, out_at_least = b.out_at_least OR excluded.out_at_least`,
  )
}

/** Replaces stored 5-minute buckets, unless the stored bucket covers more time. */
export async function setUsageBuckets(client: PoolClient, parts: readonly SeriesBuckets[]): Promise<void> {
  await write(
    client,
    '5m',
    parts,
    `bytes_in = excluded.bytes_in, bytes_out = excluded.bytes_out,
     in_covered_ms = excluded.in_covered_ms, out_covered_ms = excluded.out_covered_ms
     WHERE excluded.in_covered_ms + excluded.out_covered_ms >= b.in_covered_ms + b.out_covered_ms
       AND (b.bytes_in, b.bytes_out, b.in_covered_ms, b.out_covered_ms)
         IS DISTINCT FROM (excluded.bytes_in, excluded.bytes_out, excluded.in_covered_ms, excluded.out_covered_ms)`,
  )
}

async function write(
  client: PoolClient,
  step: UsageBucketLength,
  parts: readonly SeriesBuckets[],
  onConflict: string,
): Promise<void> {
  const rows = parts.flatMap(({ sourceId, seriesId, buckets }) =>
    [...buckets].map((bucket) => ({ sourceId, seriesId, ...bucket })),
  )
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO usage_bucket AS b (${COLUMNS}) ${ROWS}
     ON CONFLICT (source_id, series_id, step, starts_at) DO UPDATE SET ${onConflict}`,
    [
      getStepNumber(step),
      rows.map(({ sourceId }) => sourceId),
      rows.map(({ seriesId }) => seriesId),
      rows.map(({ start }) => formatIsoTime(start)),
      rows.map((row) => row.in.bytes.toString()),
      rows.map((row) => row.out.bytes.toString()),
      rows.map((row) => row.in.coveredMs),
      rows.map((row) => row.out.coveredMs),
      rows.map((row) => row.in.atLeast),
      rows.map((row) => row.out.atLeast),
    ],
  )
}

/** Stores growth of a counter whose bytes are not divided over its time (growth with `whole`). */
export async function addUsageGaps(
  client: PoolClient,
  parts: readonly { sourceId: number; seriesId: number; growths: readonly CounterGrowth[] }[],
): Promise<void> {
  const rows = parts.flatMap(({ growths, ...series }) =>
    growths.filter(({ whole }) => whole).map((growth) => ({ ...series, ...growth })),
  )
  if (rows.length === 0) return
  await client.query(
    `INSERT INTO usage_gap (source_id, series_id, direction, from_at, to_at, bytes, reset)
     SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::numeric[], $7::boolean[])`,
    [
      rows.map(({ sourceId }) => sourceId),
      rows.map(({ seriesId }) => seriesId),
      rows.map(({ direction }) => direction),
      rows.map(({ from }) => formatIsoTime(from)),
      rows.map(({ to }) => formatIsoTime(to)),
      rows.map(({ bytes }) => bytes.toString()),
      rows.map(({ reset }) => reset),
    ],
  )
}

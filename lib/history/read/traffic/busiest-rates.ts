import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { GLOBAL_REACH_PATH } from '../../rollup/metric-flow.ts'
import { getStepNumber } from '../../rollup/write-buckets.ts'
import { formatIsoTime } from '../../times.ts'

/** Rate of the busiest hour, or five minutes, of a circuit in a period. */
export interface BusiestRate {
  /** bit/s in the busier direction, both paths together; null = no hour (or five minutes) has enough data */
  bitsPerSecond: number | null
  /** total length of the times in which data exists for both directions and all paths, milliseconds */
  coveredMs: number
}

/**
 * Returns the rate of the busiest hour (or five minutes) of each circuit in a period, by short ID. One statement reads
 * all circuits or one. For each hour (or five minutes), counters are used if they cover at least as much of it as
 * metrics do, otherwise metrics. Samples that were not rolled up yet are not included. A circuit without data is left
 * out.
 * @param leastMs minimum covered time for an hour (or five minutes) to count as the busiest, milliseconds
 * @param scope short ID of a circuit; absent = all circuits
 */
export async function readBusiestRates(
  db: SqlExecutor,
  {
    from,
    to,
    leastMs,
    step = 'hour',
    scope,
  }: { from: EpochMs; to: EpochMs; leastMs: number; step?: '5m' | 'hour'; scope?: string },
): Promise<Map<string, BusiestRate>> {
  const { rows } = await db.query<{ short_id: string; bits: string | null; covered_ms: string }>(
    `WITH series AS (
       SELECT r.short_id, u.source_id, u.id, u.basis, 
         CASE WHEN u.basis = 'metric' THEN 2 ELSE count(*) OVER (PARTITION BY u.source_id, u.basis) END AS expected
       FROM resource r JOIN source so ON so.resource_id = r.id AND so.subresource = '' JOIN usage_series u ON u.source_id = so.id
       WHERE r.type = 'microsoft.network/expressroutecircuits' AND u.path <> $4
         -- rates that came without their path are averages over paths
         AND (u.basis = 'counter' OR u.path <> '')
         AND ($6::text IS NULL OR r.short_id = $6)),
     hours AS (
       SELECT s.short_id, s.basis, b.starts_at, sum(b.bytes_in) AS bytes_in, sum(b.bytes_out) AS bytes_out,
         CASE WHEN count(*) = s.expected THEN min(b.in_covered_ms) ELSE 0 END AS in_ms,
         CASE WHEN count(*) = s.expected THEN min(b.out_covered_ms) ELSE 0 END AS out_ms
       FROM series s JOIN usage_bucket b ON b.source_id = s.source_id AND b.series_id = s.id AND b.step = $3
         AND b.starts_at >= $1 AND b.starts_at < $2
       GROUP BY s.short_id, s.basis, s.expected, b.starts_at),
     chosen AS (
       SELECT DISTINCT ON (short_id, starts_at) *, least(in_ms, out_ms) AS covered_ms FROM hours
       ORDER BY short_id, starts_at, least(in_ms, out_ms) DESC, basis)
     SELECT short_id, sum(covered_ms)::text AS covered_ms,
       max(greatest(bytes_in * 8000 / greatest(in_ms, 1), bytes_out * 8000 / greatest(out_ms, 1))) FILTER (WHERE covered_ms >= $5)::text AS bits
     FROM chosen GROUP BY short_id`,
    [formatIsoTime(from), formatIsoTime(to), getStepNumber(step), GLOBAL_REACH_PATH, leastMs, scope ?? null],
  )
  return new Map(
    rows.map(({ short_id, bits, covered_ms }) => [
      short_id,
      { bitsPerSecond: bits === null ? null : Math.round(Number(bits)), coveredMs: Number(covered_ms) },
    ]),
  )
}

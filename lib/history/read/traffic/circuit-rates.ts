import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { getStepNumber } from '../../rollup/write-buckets.ts'
import { formatIsoTime } from '../../times.ts'

/**
 * Average rates of a circuit's path in one time slice of the period, bit/s. A rate is null if less than half of the
 * slice is covered. All slices have the length `pieceMs`.
 */
export interface PathRateInTimeSlice {
  /** short ID of the circuit */
  scope: string
  path: CircuitPath
  /** index of the time slice, counted from the start of the period */
  piece: number
  bpsIn: number | null
  bpsOut: number | null
}

/**
 * Returns the rates of both paths of every circuit, all peerings together, for consecutive time slices of a period.
 * Rates come from counters or, if there are none, from metrics. A slice without a sample has no row.
 * @param query.pieceMs length of a slice, a multiple of five minutes
 */
export async function readCircuitRates(
  db: SqlExecutor,
  { from, to, pieceMs }: { from: EpochMs; to: EpochMs; pieceMs: number },
): Promise<PathRateInTimeSlice[]> {
  return queryRowsInCamelCase(
    db,
    `SELECT r.short_id AS scope, p.path, (extract(epoch FROM slice.starts_at - $2::timestamptz) * 1000 / $4::float8)::int AS piece,
            slice.bps_in, slice.bps_out
     FROM source so JOIN resource r ON r.id = so.resource_id CROSS JOIN unnest(ARRAY['primary', 'secondary']) p (path)
     CROSS JOIN LATERAL (
       SELECT date_bin($4::float8 * interval '1 ms', point.starts_at, $2::timestamptz) AS starts_at,
              CASE WHEN sum(in_covered_ms) * 2 >= $4::float8 THEN (sum(bytes_in) * 8000 / sum(in_covered_ms))::float8 END AS bps_in,
              CASE WHEN sum(out_covered_ms) * 2 >= $4::float8 THEN (sum(bytes_out) * 8000 / sum(out_covered_ms))::float8 END AS bps_out
       FROM (
         SELECT DISTINCT ON (b.starts_at) b.starts_at, b.bytes_in, b.bytes_out, b.in_covered_ms, b.out_covered_ms
         FROM usage_series u JOIN usage_bucket b ON b.source_id = u.source_id AND b.series_id = u.id AND b.step = $1
           AND b.starts_at >= $2 AND b.starts_at < $3
         WHERE u.source_id = so.id AND u.path = p.path
         ORDER BY b.starts_at, u.basis) point
       GROUP BY 1) slice
     WHERE so.subresource = ''
     ORDER BY scope, path, piece`,
    [getStepNumber('5m'), formatIsoTime(from), formatIsoTime(to), pieceMs],
  )
}

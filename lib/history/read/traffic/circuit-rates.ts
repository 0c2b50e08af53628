import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
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
  // One row for each path, because most of the time for a large estate is spent on decoding rows.
  const { rows } = await db.query<PathRates>(
    `SELECT r.short_id AS scope, p.path, slices.rates
     FROM source so JOIN resource r ON r.id = so.resource_id CROSS JOIN unnest(ARRAY['primary', 'secondary']) p (path)
     CROSS JOIN LATERAL (SELECT json_agg(json_build_array(piece, bps_in, bps_out) ORDER BY piece) AS rates FROM (
       SELECT (extract(epoch FROM date_bin($4::float8 * interval '1 ms', point.starts_at, $2::timestamptz) - $2::timestamptz) * 1000 / $4::float8)::int AS piece,
              CASE WHEN sum(in_covered_ms) * 2 >= $4::float8 THEN (sum(bytes_in) * 8000 / sum(in_covered_ms))::float8 END AS bps_in,
              CASE WHEN sum(out_covered_ms) * 2 >= $4::float8 THEN (sum(bytes_out) * 8000 / sum(out_covered_ms))::float8 END AS bps_out
       FROM (
         SELECT DISTINCT ON (b.starts_at) b.starts_at, b.bytes_in, b.bytes_out, b.in_covered_ms, b.out_covered_ms
         FROM usage_series u JOIN usage_bucket b ON b.source_id = u.source_id AND b.series_id = u.id AND b.step = $1
           AND b.starts_at >= $2 AND b.starts_at < $3
         WHERE u.source_id = so.id AND u.path = p.path
         ORDER BY b.starts_at, u.basis) point
       GROUP BY 1) slice) slices
     WHERE so.subresource = '' AND slices.rates IS NOT NULL
     ORDER BY scope, path`,
    [getStepNumber('5m'), formatIsoTime(from), formatIsoTime(to), pieceMs],
  )
  return rows.flatMap(({ scope, path, rates }) =>
    rates.map(([piece, bpsIn, bpsOut]) => ({ scope, path, piece, bpsIn, bpsOut })),
  )
}

/** Rates of one path: index of each slice, bit/s in, bit/s out. */
interface PathRates {
  scope: string
  path: CircuitPath
  rates: [number, number | null, number | null][]
}

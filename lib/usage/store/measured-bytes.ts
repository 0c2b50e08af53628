import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { bucketStart } from '#lib/history/index.ts'
import { stepNumber, iso } from '#lib/history/statements.ts'

/** What a resource moved by Azure Monitor's bit rates. */
export interface MeasuredBytes {
  scope: string
  bytesIn: bigint
  bytesOut: bigint
  /** how much of the time both directions are known of */
  coveredMs: number
}

/**
 * Bytes of resources from a moment on, by Azure Monitor's rates, summed over hours. One that nothing is known of has no row.
 * @param query.from rounded down to its hour
 * @param query.path absent = all that a connection carries; REACH_PATH = what passes Global Reach at a circuit
 */
export async function measuredBytes(
  db: Queryable,
  { scopes, from, path = '' }: { scopes: readonly string[]; from: EpochMs; path?: string },
): Promise<MeasuredBytes[]> {
  const { rows } = await db.query<{ short_id: string; bytes_in: string; bytes_out: string; covered_ms: string }>(
    `SELECT r.short_id, sum(b.bytes_in)::text AS bytes_in, sum(b.bytes_out)::text AS bytes_out,
            sum(least(b.in_covered_ms, b.out_covered_ms))::text AS covered_ms
     FROM resource r JOIN source s ON s.resource_id = r.id AND s.subresource = ''
     JOIN usage_series u ON u.source_id = s.id AND u.basis = 'metric' AND u.path = $4
     JOIN usage_bucket b ON b.source_id = u.source_id AND b.series_id = u.id AND b.step = $3
     WHERE r.short_id = ANY ($1) AND b.starts_at >= $2
     GROUP BY r.short_id ORDER BY r.short_id`,
    [scopes, iso(bucketStart('hour', from)), stepNumber('hour'), path],
  )
  return rows.map(({ short_id: scope, bytes_in, bytes_out, covered_ms }) => ({
    scope,
    bytesIn: BigInt(bytes_in),
    bytesOut: BigInt(bytes_out),
    coveredMs: Number(covered_ms),
  }))
}

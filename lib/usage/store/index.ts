import type { EpochMs, CircuitPath } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import { bucketStart, type Period } from '#lib/history/index.ts'
import { stepNumber, iso, gapAfterSeconds, READABLE } from '#lib/history/statements.ts'
import type { TrafficPoint } from '../api/index.ts'

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

/** The lowest and the highest rate of one piece of time, bit/s; null in a direction that is not known. */
interface RateExtremes extends Pick<TrafficPoint, 'inLow' | 'inHigh' | 'outLow' | 'outHigh'> {
  path: CircuitPath
  /** begin and end of the time that was measured, which may reach a little beyond the piece */
  from: EpochMs
  to: EpochMs
}

interface Query extends Period {
  /** short id of a circuit */
  scope: string
  /** ARM name of a peering that has counters of its own; absent = the whole circuit */
  peering?: string | undefined
  pieceMs: number
}

/** Samples this long before the asked time are read, so that the first rate in it has its beginning. */
const LEAD_MS = 900_000

const EXTREMES = `min(from_at) AS from, max(to_at) AS to,
  min(bps_in) AS in_low, max(bps_in) AS in_high, min(bps_out) AS out_low, max(bps_out) AS out_high`

/**
 * Rates between neighbouring samples of a circuit's counters, the lowest and the highest of each piece of time: a spike of one
 * poll stays in sight however long the time is. A counter that fell, and a gap between two polls, give no rate.
 */
export async function sampledExtremes(
  db: Queryable,
  { scope, peering = '', from, to, pieceMs }: Query,
): Promise<RateExtremes[]> {
  return readRows(
    db,
    `WITH pair AS (
       SELECT c.path, lag(s.started_at) OVER w AS from_at, s.started_at AS to_at,
              s.bytes_in - lag(s.bytes_in) OVER w AS bytes_in, s.bytes_out - lag(s.bytes_out) OVER w AS bytes_out,
              v.interval_seconds AS begins_after
       FROM counter c JOIN source so ON so.id = c.source_id JOIN resource r ON r.id = so.resource_id
       JOIN counter_sample s ON s.source_id = c.source_id AND s.counter_id = c.id
         AND s.started_at >= $5 AND s.started_at <= $3
       LEFT JOIN coverage v ON v.source_id = s.source_id AND v.kind = 'stats' AND v.from_at = s.started_at AND ${READABLE}
       WHERE r.short_id = $1 AND so.subresource = $6 AND c.path IN ('primary', 'secondary')
       WINDOW w AS (PARTITION BY c.id ORDER BY s.started_at)),
     rate AS (
       SELECT path, from_at, to_at, CASE WHEN bytes_in >= 0 THEN (bytes_in * 8 / seconds)::float8 END AS bps_in,
              CASE WHEN bytes_out >= 0 THEN (bytes_out * 8 / seconds)::float8 END AS bps_out
       FROM pair CROSS JOIN LATERAL (SELECT extract(epoch FROM to_at - from_at) AS seconds) AS length
       WHERE to_at > $2 AND seconds > 0 AND (begins_after IS NULL OR seconds <= ${gapAfterSeconds('begins_after')}))
     SELECT path, ${EXTREMES} FROM rate
     GROUP BY path, floor(extract(epoch FROM to_at) * 1000 / $4::float8) ORDER BY path, "to"`,
    [scope, iso(from), iso(to), pieceMs, iso(from - LEAD_MS), peering],
  )
}

/** The same of what is rolled up, once samples are no longer kept: each rate is then the mean of 5 minutes, or of an hour. */
export async function rolledUpExtremes(
  db: Queryable,
  { scope, peering = '', from, to, pieceMs, step }: Query & { step: '5m' | 'hour' },
): Promise<RateExtremes[]> {
  return readRows(
    db,
    `WITH rate AS (
       SELECT DISTINCT ON (u.path, b.starts_at) u.path, b.starts_at AS from_at, b.starts_at + $6::interval AS to_at,
              CASE WHEN b.in_covered_ms > 0 THEN (b.bytes_in * 8000 / b.in_covered_ms)::float8 END AS bps_in,
              CASE WHEN b.out_covered_ms > 0 THEN (b.bytes_out * 8000 / b.out_covered_ms)::float8 END AS bps_out
       FROM usage_series u JOIN source so ON so.id = u.source_id JOIN resource r ON r.id = so.resource_id
       JOIN usage_bucket b ON b.source_id = u.source_id AND b.series_id = u.id AND b.step = $5
         AND b.starts_at >= $2 AND b.starts_at < $3
       WHERE r.short_id = $1 AND so.subresource = $7 AND u.path IN ('primary', 'secondary')
       ORDER BY u.path, b.starts_at, u.basis)
     SELECT path, ${EXTREMES} FROM rate
     GROUP BY path, floor(extract(epoch FROM from_at) * 1000 / $4::float8) ORDER BY path, "from"`,
    [scope, iso(from), iso(to), pieceMs, stepNumber(step), step === '5m' ? '5 minutes' : '1 hour', peering],
  )
}

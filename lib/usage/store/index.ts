import type { EpochMs, CircuitPath } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { computeBucketStart, type Period } from '#lib/history/index.ts'
import {
  getStepNumber,
  formatIsoTime,
  selectMaxGapFreeSeconds,
  HAS_READ_ROWS_CONDITION,
} from '#lib/history/statements.ts'
import type { TrafficChartPoint } from '../api/index.ts'

/** Bytes of a resource, computed from the bit rates of Azure Monitor. */
export interface BytesComputedFromBitRates {
  scope: string
  bytesIn: bigint
  bytesOut: bigint
  /** time in milliseconds for which there are values in both directions */
  coveredMs: number
}

/**
 * Returns the bytes of resources since a time. They are sums over hours from the rates of Azure Monitor. A resource
 * without data is left out.
 * @param query.from is rounded down to its hour
 * @param query.path absent = all traffic of a connection; GLOBAL_REACH_PATH = Global Reach traffic of a circuit;
 *   `formatHubConnectionPath(name)` = traffic of a connection of a Virtual WAN gateway
 */
export async function readMeasuredBytes(
  db: SqlExecutor,
  { scopes, from, path = '' }: { scopes: readonly string[]; from: EpochMs; path?: string },
): Promise<BytesComputedFromBitRates[]> {
  const { rows } = await db.query<{ short_id: string; bytes_in: string; bytes_out: string; covered_ms: string }>(
    `SELECT r.short_id, sum(b.bytes_in)::text AS bytes_in, sum(b.bytes_out)::text AS bytes_out,
            sum(least(b.in_covered_ms, b.out_covered_ms))::text AS covered_ms
     FROM resource r JOIN source s ON s.resource_id = r.id AND s.subresource = ''
     JOIN usage_series u ON u.source_id = s.id AND u.basis = 'metric' AND u.path = $4
     JOIN usage_bucket b ON b.source_id = u.source_id AND b.series_id = u.id AND b.step = $3
     WHERE r.short_id = ANY ($1) AND b.starts_at >= $2
     GROUP BY r.short_id ORDER BY r.short_id`,
    [scopes, formatIsoTime(computeBucketStart('hour', from)), getStepNumber('hour'), path],
  )
  return rows.map(({ short_id: scope, bytes_in, bytes_out, covered_ms }) => ({
    scope,
    bytesIn: BigInt(bytes_in),
    bytesOut: BigInt(bytes_out),
    coveredMs: Number(covered_ms),
  }))
}

/** Lowest and highest rate of a path in a time interval, in bit/s; null = unknown. */
interface RateExtremes extends Pick<TrafficChartPoint, 'inLow' | 'inHigh' | 'outLow' | 'outHigh'> {
  path: CircuitPath
  /** start and end of the measured time, which may be slightly longer than the interval */
  from: EpochMs
  to: EpochMs
}

interface Query extends Period {
  /** short ID of a circuit */
  scope: string
  /** ARM name of a peering that has its own counters; absent = the whole circuit */
  peering?: string | undefined
  pieceMs: number
}

/**
 * Length of the time before the requested period, in ms, whose samples are read as well. The first rate in the period
 * needs a sample from before it.
 */
const LEAD_MS = 900_000

const EXTREMES = `min(from_at) AS from, max(to_at) AS to,
  min(bps_in) AS in_low, max(bps_in) AS in_high, min(bps_out) AS out_low, max(bps_out) AS out_high`

/**
 * Returns the lowest and highest rate in each time interval (of length `pieceMs`). The rates come from pairs of
 * consecutive counter samples, so that a short peak is visible in a period of any length. A pair is left out if there
 * are missing polls between its samples. If a counter decreased between the two samples, the pair has no rate in this
 * direction.
 */
export async function readSampledExtremes(
  db: SqlExecutor,
  { scope, peering = '', from, to, pieceMs }: Query,
): Promise<RateExtremes[]> {
  return queryRowsInCamelCase(
    db,
    `WITH pair AS (
       SELECT c.path, lag(s.started_at) OVER w AS from_at, s.started_at AS to_at,
              s.bytes_in - lag(s.bytes_in) OVER w AS bytes_in, s.bytes_out - lag(s.bytes_out) OVER w AS bytes_out,
              v.interval_seconds AS begins_after
       FROM counter c JOIN source so ON so.id = c.source_id JOIN resource r ON r.id = so.resource_id
       JOIN counter_sample s ON s.source_id = c.source_id AND s.counter_id = c.id
         AND s.started_at >= $5 AND s.started_at <= $3
       LEFT JOIN coverage v ON v.source_id = s.source_id AND v.kind = 'stats' AND v.from_at = s.started_at AND ${HAS_READ_ROWS_CONDITION}
       WHERE r.short_id = $1 AND so.subresource = $6 AND c.path IN ('primary', 'secondary')
       WINDOW w AS (PARTITION BY c.id ORDER BY s.started_at)),
     rate AS (
       SELECT path, from_at, to_at, CASE WHEN bytes_in >= 0 THEN (bytes_in * 8 / seconds)::float8 END AS bps_in,
              CASE WHEN bytes_out >= 0 THEN (bytes_out * 8 / seconds)::float8 END AS bps_out
       FROM pair CROSS JOIN LATERAL (SELECT extract(epoch FROM to_at - from_at) AS seconds) AS length
       WHERE to_at > $2 AND seconds > 0 AND (begins_after IS NULL OR seconds <= ${selectMaxGapFreeSeconds('begins_after')}))
     SELECT path, ${EXTREMES} FROM rate
     GROUP BY path, floor(extract(epoch FROM to_at) * 1000 / $4::float8) ORDER BY path, "to"`,
    [scope, formatIsoTime(from), formatIsoTime(to), pieceMs, formatIsoTime(from - LEAD_MS), peering],
  )
}

/**
 * Returns the lowest and highest rate of each path of a circuit in each time interval (of length `pieceMs`). The rates
 * come from stored 5-minute or hourly sums, which are kept longer than samples. Each rate is an average over 5 minutes
 * or an hour.
 */
export async function readRolledUpExtremes(
  db: SqlExecutor,
  { scope, peering = '', from, to, pieceMs, step }: Query & { step: '5m' | 'hour' },
): Promise<RateExtremes[]> {
  return queryRowsInCamelCase(
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
    [
      scope,
      formatIsoTime(from),
      formatIsoTime(to),
      pieceMs,
      getStepNumber(step),
      step === '5m' ? '5 minutes' : '1 hour',
      peering,
    ],
  )
}

import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getStepNumber } from '../../rollup/write-buckets.ts'
import { formatIsoTime } from '../../times.ts'

/**
 * Low rate of the past: the 5th percentile of 5-minute rates, bit/s. Confidence `low` means that it comes only from the
 * last day.
 */
interface LowRate {
  bps: number
  confidence: 'normal' | 'low'
}

/** Usual traffic of a circuit at this hour of the week; the hour before and the hour after are included. */
export interface PastTraffic {
  paths: Partial<Record<CircuitPath, { in: LowRate | null; out: LowRate | null }>>
  /** 95th percentile of the total rate of both paths over 30 days, bit/s; null = too little data */
  busiest: { in: number | null; out: number | null }
}

const WEEKS = 4
/**
 * Minimum number of the four past weeks that must have data for this hour of the week. With fewer weeks, the last day
 * is used.
 */
const WEEKS_NEEDED = 3
/** Minimum amount of data in the last day, in hours of 5-minute points, if the last day is used. */
const HOURS_NEEDED = 6
/** Minimum covered time of a 5-minute point for its rate to be used, milliseconds. */
const COVERED_MS = 150_000
const POINTS_PER_HOUR = 12

/**
 * Returns the 5th percentile of 5-minute rates at this hour of the week, including the hours before and after it, over
 * four weeks. If fewer than three of the weeks have data, the last day is used (docs/rules/detection.md 3.5). Rates
 * come from counters or, if there are none, from metrics.
 * @param query.scope short ID of a circuit
 * @param query.peering ARM name of a peering that has its own counters; absent = the whole circuit
 */
export async function readPastTraffic(
  db: SqlExecutor,
  { scope, peering = '', at }: { scope: string; peering?: string; at: EpochMs },
): Promise<PastTraffic> {
  const counted = { scope, peering }
  const hour = at - (at % MS_PER_HOUR)
  const weeks = Array.from({ length: WEEKS }, (_, i) => {
    const from = hour - (i + 1) * MS_PER_WEEK - MS_PER_HOUR
    return { from, to: from + 3 * MS_PER_HOUR }
  })
  const byWeeks = await lowRates(db, counted, weeks)
  const byDay = await lowRates(db, counted, [{ from: hour - MS_PER_DAY, to: hour }])
  const paths: PastTraffic['paths'] = {}
  for (const path of new Set([...byWeeks.keys(), ...byDay.keys()])) {
    const usual = byWeeks.get(path)
    const recent = byDay.get(path)
    const rate = (direction: 'in' | 'out'): LowRate | null => {
      const known = usual?.[direction]
      if (known && known.windows >= WEEKS_NEEDED) return { bps: known.bps, confidence: 'normal' }
      const stand = recent?.[direction]
      return stand && stand.points >= HOURS_NEEDED * POINTS_PER_HOUR ? { bps: stand.bps, confidence: 'low' } : null
    }
    paths[path] = { in: rate('in'), out: rate('out') }
  }
  return { paths, busiest: await busiest(db, counted, { from: hour - 30 * MS_PER_DAY, to: hour }) }
}

interface Low {
  bps: number
  points: number
  /** number of requested windows with at least one point */
  windows: number
}

/**
 * SQL of 5-minute rates of a circuit's paths. Each path has one row per five minutes, from counters or, if there are
 * none, from metrics.
 */
const POINTS = `
  place AS (
    SELECT u.id, u.source_id, u.path, u.basis FROM usage_series u
    JOIN source so ON so.id = u.source_id JOIN resource r ON r.id = so.resource_id
    WHERE r.short_id = $1 AND so.subresource = $5 AND u.path IN ('primary', 'secondary')),
  point AS (
    SELECT DISTINCT ON (p.path, b.starts_at) p.path, b.starts_at, w.n AS window_number,
           CASE WHEN b.in_covered_ms >= ${COVERED_MS} THEN b.bytes_in * 8000 / b.in_covered_ms END AS bps_in,
           CASE WHEN b.out_covered_ms >= ${COVERED_MS} THEN b.bytes_out * 8000 / b.out_covered_ms END AS bps_out
    FROM unnest($3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS w (from_at, to_at, n)
    CROSS JOIN place p
    JOIN usage_bucket b ON b.source_id = p.source_id AND b.series_id = p.id AND b.step = $2
      AND b.starts_at >= w.from_at AND b.starts_at < w.to_at
    ORDER BY p.path, b.starts_at, p.basis)`

interface Counted {
  scope: string
  peering: string
}

async function lowRates(
  db: SqlExecutor,
  counted: Counted,
  windows: readonly TimeInterval[],
): Promise<Map<CircuitPath, { in: Low | null; out: Low | null }>> {
  const { rows } = await db.query<{
    path: CircuitPath
    low_in: string | null
    low_out: string | null
    points_in: number
    points_out: number
    windows_in: number
    windows_out: number
  }>(
    `WITH ${POINTS}
     SELECT path,
            percentile_disc(0.05) WITHIN GROUP (ORDER BY bps_in) AS low_in, count(bps_in)::int AS points_in,
            percentile_disc(0.05) WITHIN GROUP (ORDER BY bps_out) AS low_out, count(bps_out)::int AS points_out,
            count(DISTINCT window_number) FILTER (WHERE bps_in IS NOT NULL)::int AS windows_in,
            count(DISTINCT window_number) FILTER (WHERE bps_out IS NOT NULL)::int AS windows_out
     FROM point GROUP BY path`,
    valuesFor(counted, windows),
  )
  const low = (bps: string | null, points: number, count: number): Low | null =>
    bps === null ? null : { bps: Math.round(Number(bps)), points, windows: count }
  return new Map(
    rows.map((row) => [
      row.path,
      {
        in: low(row.low_in, row.points_in, row.windows_in),
        out: low(row.low_out, row.points_out, row.windows_out),
      },
    ]),
  )
}

/**
 * COMMON_SHARE is the minimum share of the 5-minute points at which both paths have data. COMMON_POINTS is the minimum
 * number of these points (one week). With less data, the busiest rate of the circuit is null.
 */
const COMMON_SHARE = 0.8
const COMMON_POINTS = 7 * 24 * POINTS_PER_HOUR

async function busiest(db: SqlExecutor, counted: Counted, window: TimeInterval): Promise<PastTraffic['busiest']> {
  const { rows } = await db.query<{
    top_in: string | null
    top_out: string | null
    known: number
    common_in: number
    common_out: number
  }>(
    `WITH ${POINTS},
     both_paths AS (
       SELECT starts_at, CASE WHEN count(bps_in) = 2 THEN sum(bps_in) END AS bps_in,
              CASE WHEN count(bps_out) = 2 THEN sum(bps_out) END AS bps_out
       FROM point GROUP BY starts_at)
     SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY bps_in) AS top_in, count(bps_in)::int AS common_in,
            percentile_disc(0.95) WITHIN GROUP (ORDER BY bps_out) AS top_out, count(bps_out)::int AS common_out,
            count(*)::int AS known
     FROM both_paths`,
    valuesFor(counted, [window]),
  )
  const [row] = rows
  if (!row) return { in: null, out: null }
  const isEnough = (common: number) => common >= COMMON_POINTS && common >= COMMON_SHARE * row.known
  return {
    in: row.top_in !== null && isEnough(row.common_in) ? Math.round(Number(row.top_in)) : null,
    out: row.top_out !== null && isEnough(row.common_out) ? Math.round(Number(row.top_out)) : null,
  }
}

const valuesFor = ({ scope, peering }: Counted, windows: readonly TimeInterval[]) => [
  scope,
  getStepNumber('5m'),
  windows.map(({ from }) => formatIsoTime(from)),
  windows.map(({ to }) => formatIsoTime(to)),
  peering,
]

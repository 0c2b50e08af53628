import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/** The values of one metric of a connection monitor's test in the requested period. */
export interface ProbeSeries {
  scope: string
  resourceId: string
  monitor: string
  metric: string
  /** dimensions of the metric; their names are in lower case */
  dimensions: Record<string, string>
  grainSeconds: number
  points: { at: EpochMs; average: number | null }[]
}

/**
 * Returns the results of tests that begin in [from, to), for one connection monitor or all of them. The values of each
 * metric are oldest first. The database returns the values as JSON, because the driver parses JSON many times faster
 * than arrays of dates.
 */
export async function readProbeResults(
  db: SqlExecutor,
  { scope, from, to }: { scope?: string | undefined; from: EpochMs; to: EpochMs },
): Promise<ProbeSeries[]> {
  const { rows } = await db.query<{
    short_id: string
    arm_id: string
    name: string
    metric: string
    dimensions: Record<string, string>
    grain_seconds: number
    ats: EpochMs[]
    averages: (number | null)[]
  }>(
    `SELECT r.short_id, r.arm_id, r.name, m.metric, m.dimensions, m.grain_seconds, p.ats, p.averages
     FROM metric_series m
     JOIN source s ON s.id = m.source_id
     JOIN resource r ON r.id = s.resource_id
     CROSS JOIN LATERAL (
       SELECT json_agg((extract(epoch FROM x.at) * 1000)::bigint ORDER BY x.at) AS ats, json_agg(x.average ORDER BY x.at) AS averages
       FROM metric_sample x
       WHERE x.source_id = m.source_id AND x.series_id = m.id AND x.at <= m.at AND x.at >= $2 AND x.at < $3) p
     WHERE r.type = $4 AND ($1::text IS NULL OR r.short_id = $1) AND p.ats IS NOT NULL
     ORDER BY r.name, r.id, m.dimensions::text, m.metric`,
    [scope ?? null, formatIsoTime(from), formatIsoTime(to), armTypes.connectionMonitor],
  )
  return rows.map((row) => ({
    scope: row.short_id,
    resourceId: row.arm_id,
    monitor: row.name,
    metric: row.metric,
    dimensions: row.dimensions,
    grainSeconds: row.grain_seconds,
    points: row.ats.map((at, n) => ({ at, average: row.averages[n] ?? null })),
  }))
}

/**
 * Returns for each test the short IDs of the circuits and gateways over which the test's destination is reached, by the
 * name of the test. Detection determined and stored them.
 */
export async function readResourcesByProbeTest(db: SqlExecutor): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ test: string; scopes: string[] }>(
    `SELECT test, array_agg(scope ORDER BY scope) AS scopes
     FROM detection_scope, jsonb_object_keys(coalesce(state -> 'probes', '{}')) AS test
     GROUP BY test`,
  )
  return new Map(rows.map(({ test, scopes }) => [test, scopes]))
}

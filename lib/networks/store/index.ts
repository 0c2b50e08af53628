import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '#lib/history/statements.ts'

/** A series of a connection monitor's test, with its samples in the requested time. */
export interface ProbeSeries {
  scope: string
  resourceId: string
  monitor: string
  metric: string
  /** values by the name of the dimension, in lower case */
  dimensions: Record<string, string>
  grainSeconds: number
  points: { at: EpochMs; average: number | null }[]
}

/**
 * Returns the results of connection monitors' tests that begin in [from, to), each series oldest first, of one monitor
 * or of all. JSON is used because there are thousands of samples, and the driver parses JSON many times faster than
 * arrays of dates.
 */
export async function probeResults(
  db: Queryable,
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
    [scope ?? null, iso(from), iso(to), armTypes.connectionMonitor],
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
 * Returns, by the name of a test, the short ids of the circuits and gateways that carry its destination, as last
 * determined by detection.
 */
export async function testReach(db: Queryable): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ test: string; scopes: string[] }>(
    `SELECT test, array_agg(scope ORDER BY scope) AS scopes
     FROM detection_scope, jsonb_object_keys(coalesce(state -> 'probes', '{}')) AS test
     GROUP BY test`,
  )
  return new Map(rows.map(({ test, scopes }) => [test, scopes]))
}

import type { EpochMs, RoutePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/** Mean of a metric in one interval; null if samples cover less than half of the interval. */
export interface MetricIntervalMean {
  /** short ID of the resource */
  scope: string
  /** number of the interval in the queried period, from 0 */
  piece: number
  mean: number | null
}

/**
 * Returns the mean of a metric in each interval for every resource. If a resource has several instances, their values
 * are added. An interval without samples has no row.
 * @param query.metrics alternative names of the same metric; a resource reports only one of them
 */
export async function readMetricRates(
  db: SqlExecutor,
  query: { metrics: readonly string[]; from: EpochMs; to: EpochMs; pieceMs: number },
): Promise<MetricIntervalMean[]> {
  const { rows } = await db.query<MetricIntervalMean>(
    `WITH bucket AS (
       SELECT r.short_id AS scope, x.at, sum(x.average) AS sum, max(m.grain_seconds) AS seconds
       FROM metric_series m JOIN source s ON s.id = m.source_id JOIN resource r ON r.id = s.resource_id
       JOIN metric_sample x ON x.source_id = m.source_id AND x.series_id = m.id AND x.at <= m.at
       WHERE m.metric = ANY ($1) AND x.at >= $2 AND x.at < $3 AND x.average IS NOT NULL
       GROUP BY r.short_id, x.at)
     SELECT scope, floor(extract(epoch FROM at - $2::timestamptz) * 1000 / $4::float8)::int AS piece,
            CASE WHEN sum(seconds) * 2000 >= $4::float8 THEN avg(sum)::float8 END AS mean
     FROM bucket GROUP BY 1, 2 ORDER BY 1, 2`,
    [query.metrics, formatIsoTime(query.from), formatIsoTime(query.to), query.pieceMs],
  )
  return rows
}

/** Current number of routes in a table of one instance. */
export interface RouteCount {
  scope: string
  kind: RoutePollKind
  /** address of the instance; '' = the table has no instance */
  instance: string
  routes: number
}

/** Returns the numbers of routes that resources currently have, by table and instance. Empty tables have no row. */
export async function readRouteCounts(
  db: SqlExecutor,
  { scopes }: { scopes: readonly string[] },
): Promise<RouteCount[]> {
  const { rows } = await db.query<RouteCount>(
    `SELECT r.short_id AS scope, x.kind, x.instance, count(*)::int AS routes
     FROM resource r JOIN source s ON s.resource_id = r.id JOIN route x ON x.source_id = s.id
     WHERE r.short_id = ANY ($1) AND x.attributes_id IS NOT NULL
     GROUP BY r.short_id, x.kind, x.instance ORDER BY r.short_id, x.kind, x.instance`,
    [scopes],
  )
  return rows
}

/**
 * Returns the numbers of prefixes that a gateway learned from each neighbor, as far as history is kept: at the last poll
 * that reported a number (null = none did), and at most at any time before a moment.
 * @param scope short ID of the gateway
 */
export async function readPrefixCountsOfNeighbors(
  db: SqlExecutor,
  scope: string,
  before: EpochMs,
): Promise<Map<string, { last: number | null; most: number }>> {
  const { rows } = await db.query<{ neighbor: string; last: number | null; most: number }>(
    `SELECT se.neighbor, max(se.prefixes_received) AS last, max(x.prefixes_received) AS most
     FROM resource r JOIN source s ON s.resource_id = r.id JOIN session se ON se.source_id = s.id
     JOIN session_prefixes_span x ON (x.source_id, x.session_id) = (se.source_id, se.id)
     WHERE r.short_id = $1 AND se.kind = 'peers' AND x.first_present < $2
     GROUP BY se.neighbor`,
    [scope, formatIsoTime(before)],
  )
  return new Map(rows.map(({ neighbor, ...counts }) => [neighbor, counts]))
}

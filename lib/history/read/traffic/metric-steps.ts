import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime, type Period } from '../../times.ts'

/**
 * Values of a metric of a resource in a step of time. A resource can have several series of a metric, for example one
 * per gateway instance.
 */
export interface MetricValuesInStep {
  metric: string
  start: EpochMs
  /**
   * `sum` = the sum of all series in each bucket, averaged over the buckets of the step. `highest` = the highest series
   * in each bucket, averaged over the buckets.
   */
  sum: number
  highest: number
  /**
   * upper limits within the step: `peakSum` = the highest sum of the maxima of all series in one bucket, `peak` = the
   * highest maximum of one series; null if Azure left out a maximum
   */
  peakSum: number | null
  peak: number | null
  /** smallest number of series with a value in a bucket of the step */
  series: number
}

/**
 * Returns metrics of a resource in steps that begin in [from, to). A step without a value has no row. Steps are counted
 * from the epoch.
 */
export async function readMetricSteps(
  db: SqlExecutor,
  query: Period & { scope: string; metrics: readonly string[]; stepMs: number },
): Promise<MetricValuesInStep[]> {
  return queryRowsInCamelCase(
    db,
    `WITH bucket AS (
       SELECT m.metric, x.at, sum(x.average) AS sum, max(x.average) AS highest, count(*) AS series,
              CASE WHEN bool_and(x.maximum IS NOT NULL) THEN sum(x.maximum) END AS peak_sum,
              CASE WHEN bool_and(x.maximum IS NOT NULL) THEN max(x.maximum) END AS peak
       FROM metric_series m JOIN source s ON s.id = m.source_id JOIN resource r ON r.id = s.resource_id
       JOIN metric_sample x ON x.source_id = m.source_id AND x.series_id = m.id AND x.at <= m.at
       WHERE r.short_id = $1 AND m.metric = ANY ($2) AND x.at >= $3 AND x.at < $4 AND x.average IS NOT NULL
       GROUP BY m.metric, x.at)
     SELECT metric, date_bin(make_interval(secs => $5), at, 'epoch') AS start, avg(sum) AS sum, avg(highest) AS highest,
            CASE WHEN bool_and(peak_sum IS NOT NULL) THEN max(peak_sum) END AS peak_sum,
            CASE WHEN bool_and(peak IS NOT NULL) THEN max(peak) END AS peak, min(series)::int AS series
     FROM bucket GROUP BY 1, 2 ORDER BY 1, 2`,
    [query.scope, query.metrics, formatIsoTime(query.from), formatIsoTime(query.to), query.stepMs / 1_000],
  )
}

import type { EpochMs } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import { iso, type Period } from '../../times.ts'

/** What the series of one metric, one for each instance, say together over a step of time. */
export interface MetricStep {
  metric: string
  start: EpochMs
  /** means over the buckets of the step: of all series together, and of the one that is highest in each bucket */
  sum: number
  highest: number
  /** no moment was above: the sum of what each series had at the most, and the most of any; null where Azure left one out */
  peakSum: number | null
  peak: number | null
  /** fewest series that had a value in one bucket of the step */
  series: number
}

/** Metrics of one resource in steps that begin in [from, to). A step without a value has no row; steps are counted from the epoch. */
export async function metricSteps(
  db: Queryable,
  query: Period & { scope: string; metrics: readonly string[]; stepMs: number },
): Promise<MetricStep[]> {
  return readRows(
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
    [query.scope, query.metrics, iso(query.from), iso(query.to), query.stepMs / 1_000],
  )
}

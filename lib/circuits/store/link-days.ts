import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/**
 * Number of seconds that an ExpressRoute Direct link spent in each state on one UTC day. Time that Azure Monitor did
 * not report is in none of the fields.
 */
export interface LinkUptimeDay {
  /** short ID of the port */
  scope: string
  link: string
  /** number of the day in the queried period, from 0 */
  day: number
  upSeconds: number
  downSeconds: number
  /**
   * total length of the minutes in which the link was up for only a part of the minute (the mean of the metric is
   * between 0 and 1)
   */
  eitherSeconds: number
  /** seconds in which the operator of the port had disabled the link (AdminState) */
  disabledSeconds: number
}

/**
 * Returns the seconds of each day and link by state, from the metric LineProtocol, which Azure Monitor reports every
 * minute. A day without samples has no row.
 * @param query.from start of a UTC day
 * @param query.scope short ID of a port; absent = all ports
 */
export async function readLinkDays(
  db: SqlExecutor,
  query: { scope?: string | undefined; from: EpochMs; to: EpochMs },
): Promise<LinkUptimeDay[]> {
  const { rows } = await db.query<LinkUptimeDay>(
    `WITH minute AS (
       SELECT r.short_id AS scope, m.dimensions ->> 'link' AS link, x.at, min(m.grain_seconds) AS seconds,
              min(x.average) FILTER (WHERE m.metric = 'LineProtocol') AS line,
              min(x.average) FILTER (WHERE m.metric = 'AdminState') AS admin
       FROM metric_series m JOIN source s ON s.id = m.source_id JOIN resource r ON r.id = s.resource_id
       JOIN metric_sample x ON x.source_id = m.source_id AND x.series_id = m.id AND x.at <= m.at
       WHERE m.metric IN ('LineProtocol', 'AdminState') AND ($3::text IS NULL OR r.short_id = $3)
         AND x.at >= $1 AND x.at < $2 AND x.average IS NOT NULL
       GROUP BY 1, 2, 3)
     SELECT scope, link, floor(extract(epoch FROM at - $1::timestamptz) / 86400)::int AS day,
            coalesce(sum(seconds) FILTER (WHERE line >= 1 AND admin IS DISTINCT FROM 0), 0)::int AS "upSeconds",
            coalesce(sum(seconds) FILTER (WHERE line <= 0 AND admin IS DISTINCT FROM 0), 0)::int AS "downSeconds",
            coalesce(sum(seconds) FILTER (WHERE line > 0 AND line < 1 AND admin IS DISTINCT FROM 0), 0)::int AS "eitherSeconds",
            coalesce(sum(seconds) FILTER (WHERE admin = 0), 0)::int AS "disabledSeconds"
     FROM minute WHERE link IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [formatIsoTime(query.from), formatIsoTime(query.to), query.scope ?? null],
  )
  return rows
}

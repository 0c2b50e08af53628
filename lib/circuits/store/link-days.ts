import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '#lib/history/statements.ts'

/**
 * Seconds of one UTC day of a link of an ExpressRoute Direct port, by state. Time that Azure Monitor did not report is
 * not included.
 */
export interface LinkDay {
  /** short ID of the port */
  scope: string
  link: string
  /** day number, counted from the start of the queried period */
  day: number
  upSeconds: number
  downSeconds: number
  /** seconds in minutes whose mean is between 0 (down) and 1 (up), so that the link was up for a part of the minute */
  eitherSeconds: number
  /** seconds in which the operator of the port had disabled the link */
  disabledSeconds: number
}

/**
 * Returns the days of every link of every port, from the line protocol in Azure Monitor's samples of one minute. Days
 * without samples have
 * no row.
 * @param query.from the start of a UTC day
 * @param query.scope short ID of a port; absent = all ports
 */
export async function linkDays(
  db: Queryable,
  query: { scope?: string | undefined; from: EpochMs; to: EpochMs },
): Promise<LinkDay[]> {
  const { rows } = await db.query<LinkDay>(
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
    [iso(query.from), iso(query.to), query.scope ?? null],
  )
  return rows
}

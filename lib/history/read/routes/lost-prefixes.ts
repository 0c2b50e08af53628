import type { EpochMs } from '#lib/contract/index.ts'
import type { TimeSpan } from '#lib/contract/time/spans.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { prefixFromDatabase } from '../../record/routes/route-table.ts'
import { iso, ms } from '../../times.ts'

/** Time in which a route was learned, within bounds. `since` null = at the first poll, `until` null = ongoing. */
interface LearnedInterval {
  since: { earliest: EpochMs | null; latest: EpochMs }
  until: { earliest: EpochMs; latest: EpochMs | null }
}

/** Prefix of which a gateway lost a route, with every interval of a route that covers the prefix. */
export interface LostPrefix {
  /** short id */
  gateway: string
  prefix: string
  intervals: LearnedInterval[]
}

/**
 * Reads the prefixes of which a gateway lost a learned route in one of some times, with the intervals of all learned routes to the prefix
 * or to a network that contains it. The default route does not count.
 * @param query.windows each with the gateway that it is about
 */
export async function lostPrefixes(
  db: Queryable,
  query: { windows: readonly (TimeSpan & { gateway: string })[]; to: EpochMs },
): Promise<LostPrefix[]> {
  const { windows, to } = query
  if (windows.length === 0) return []
  const { rows } = await db.query<{
    gateway: string
    prefix: string
    last_absent: Date | null
    first_present: Date
    last_present: Date
    first_absent: Date | null
  }>(
    `WITH asked AS (
       SELECT s.id AS source_id, r.short_id AS gateway, w.begins, w.ends
       FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS w (gateway, begins, ends)
       JOIN resource r ON r.short_id = w.gateway
       JOIN source s ON s.resource_id = r.id AND s.subresource = ''),
     lost AS (
       SELECT DISTINCT a.source_id, a.gateway, o.prefix
       FROM asked a
       JOIN route o ON o.source_id = a.source_id AND o.kind = 'learned' AND masklen(o.prefix) > 0
       JOIN route_interval i ON i.source_id = o.source_id AND i.route_id = o.id AND i.first_absent BETWEEN a.begins AND a.ends)
     SELECT l.gateway, l.prefix::text AS prefix, q.last_absent, q.first_present, q.last_present, q.first_absent
     FROM lost l
     JOIN route o ON o.source_id = l.source_id AND o.kind = 'learned' AND masklen(o.prefix) > 0 AND o.prefix >>= l.prefix
     CROSS JOIN LATERAL (
       SELECT o.last_absent, o.first_present, o.last_present, NULL::timestamptz AS first_absent WHERE o.first_present IS NOT NULL
       UNION ALL
       SELECT i.last_absent, i.first_present, i.last_present, i.first_absent FROM route_interval i
       WHERE (i.source_id, i.route_id) = (o.source_id, o.id)) q
     WHERE coalesce(q.last_absent, '-infinity') <= $4
     ORDER BY l.gateway, l.prefix, q.first_present`,
    [
      windows.map(({ gateway }) => gateway),
      windows.map(({ from }) => iso(from)),
      windows.map((window) => iso(window.to)),
      iso(to),
    ],
  )
  const found = Map.groupBy(rows, ({ gateway, prefix }) => `${gateway} ${prefix}`)
  return [...found.values()].flatMap((own): LostPrefix[] => {
    const [first] = own
    if (!first) return []
    const intervals = own.map((row) => ({
      since: { earliest: row.last_absent && ms(row.last_absent), latest: ms(row.first_present) },
      until: { earliest: ms(row.last_present), latest: row.first_absent && ms(row.first_absent) },
    }))
    return [{ gateway: first.gateway, prefix: prefixFromDatabase(first.prefix), intervals }]
  })
}

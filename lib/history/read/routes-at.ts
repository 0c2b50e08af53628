import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type RouteKind, routeKinds } from '../record/route-kinds.ts'
import { iso } from '../times.ts'
import type { Page, RouteAt } from '../types.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { type RouteAtRow, routesOf, routeTablesInScope } from './route-tables.ts'
import { routeThen } from './route-as-of.ts'

export interface RoutesQuery {
  scope?: string | undefined
  /** null = now, as the last good poll read it */
  at: EpochMs | null
  kinds?: readonly RouteKind[] | undefined
  /** exactly this prefix, canonical */
  prefix?: string | undefined
  /** this prefix and all longer ones in it, canonical */
  within?: string | undefined
  /** ARM's word, in any capitals */
  origin?: string | undefined
  /** anywhere in the path */
  asn?: number | undefined
  /** of tables that are read in parts: this part only, such as the neighbor of an advertised table */
  subresource?: string | undefined
  limit: number
  cursor?: string | undefined
}

interface Row extends RouteAtRow {
  route_id: number
  member: number
}

/** What is current; $1 is NULL. */
const NOW = `
  CROSS JOIN LATERAL (SELECT r.attributes_id, r.last_absent, r.first_present, $1::timestamptz IS NULL AS sure
                      WHERE r.first_present IS NOT NULL) q`

/**
 * Route tables as of a moment, in the order of their prefixes. Several routes for one prefix are rows of their own.
 *
 * Each step of the query is fenced into a LATERAL of its own, so that whatever the statistics say, an interval is looked up
 * once for each route and its attributes once for each interval: a planner that joins the attributes first needs minutes. The
 * routes come sorted, so that a page ends the work when it is full.
 */
export async function routesAt(db: Queryable, query: RoutesQuery): Promise<Page<RouteAt>> {
  const { scope, at, kinds = routeKinds, prefix, within, origin, asn, subresource, limit } = query
  const cursors = cursorsOf('routesAt', { scope, at, kinds, prefix, within, origin, asn, subresource })
  const [afterPrefix, afterRoute, afterMember] = cursors.read(query.cursor, 'prefix', 'int', 'int') ?? [
    null,
    null,
    null,
  ]
  const tables = await routeTablesInScope(db, scope, kinds)
  const asked = [...tables.values()].filter((table) => subresource === undefined || table.subresource === subresource)
  const { rows } = await db.query<Row>(
    `SELECT r.source_id, r.id AS route_id, r.kind, r.instance, r.peer, r.prefix::text AS prefix,
            m.attributes, m.member::int AS member, q.last_absent, q.first_present, q.sure
     FROM (
       SELECT * FROM route x
       WHERE x.source_id = ANY ($2::int[]) AND x.kind = ANY ($3) AND ($4::inet IS NULL OR x.prefix = $4) AND ($11::inet IS NULL OR x.prefix <<= $11)
         AND ($7::inet IS NULL OR (x.prefix, x.id) >= ($7, $8::int))
       ORDER BY x.prefix, x.id OFFSET 0) r
     ${at === null ? NOW : routeThen('$1', 'q')}
     CROSS JOIN LATERAL (
       SELECT a.attributes FROM route_attributes a
       WHERE (a.source_id, a.id) = (r.source_id, q.attributes_id) OFFSET 0) t
     CROSS JOIN LATERAL jsonb_array_elements(t.attributes) WITH ORDINALITY AS m (attributes, member)
     WHERE ($5::text IS NULL OR lower(m.attributes->>'origin') = lower($5))
       AND ($6::bigint IS NULL OR m.attributes->'asPath' @> to_jsonb($6))
       AND ($7::inet IS NULL OR (r.prefix, r.id, m.member) > ($7, $8::int, $9::int))
     ORDER BY r.prefix, r.id, m.member LIMIT $10`,
    [
      iso(at),
      [...new Set(asked.map(({ sourceId }) => sourceId))],
      kinds,
      prefix ?? null,
      origin ?? null,
      asn ?? null,
      afterPrefix,
      afterRoute,
      afterMember,
      limit + 1,
      within ?? null,
    ],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([last.prefix, last.route_id, last.member]))
  return { rows: await routesOf(db, page.rows, tables, { scope, kinds, at }), nextCursor: page.nextCursor }
}

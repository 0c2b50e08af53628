import type { EpochMs, RouteAttributes } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type RouteKind, routeKinds } from '../record/route-kinds.ts'
import { prefixFromDatabase } from '../record/route-table.ts'
import { boundsOf, iso } from '../times.ts'
import type { Known, Page, RouteAt } from '../types.ts'
import { coverageAt } from './coverage-at.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { inScope, SOURCE_COLUMNS, sourceRef, type SourceRefRow } from './source-ref.ts'

export interface RoutesQuery {
  scope?: string | undefined
  /** null = now, as the last good poll read it */
  at: EpochMs | null
  kinds?: readonly RouteKind[] | undefined
  /** exactly this prefix, canonical */
  prefix?: string | undefined
  /** ARM's word, in any capitals */
  origin?: string | undefined
  /** anywhere in the path */
  asn?: number | undefined
  limit: number
  cursor?: string | undefined
}

interface Row extends SourceRefRow {
  route_id: number
  kind: RouteKind
  instance: string
  peer: string
  prefix: string
  attributes: RouteAttributes
  member: number
  last_absent: Date | null
  first_present: Date
  sure: boolean
}

/** What is current. The poll's own silence about an instance makes its rows unsure. */
const NOW = `
  LATERAL (SELECT r0.attributes_id, r0.last_absent, r0.first_present,
                  NOT (r0.instance = ANY (p.silent_instances)) AS sure) q`

/**
 * What was so at $2: the last interval that began by then, if it had not ended; else the next one, if $2 lies between the
 * samples around its begin. The open interval stands in the route's own row, the others in route_interval.
 */
const THEN = `
  LATERAL (
    (SELECT * FROM (
       SELECT b.attributes_id, b.last_absent, b.first_present, b.first_absent,
              (b.first_absent IS NULL OR $2 <= b.last_present) AS sure, 0 AS rank
       FROM (
         SELECT r0.attributes_id, r0.last_absent, r0.first_present, r0.last_present, NULL::timestamptz AS first_absent
         WHERE r0.first_present <= $2
         UNION ALL
         (SELECT i.attributes_id, i.last_absent, i.first_present, i.last_present, i.first_absent
          FROM route_interval i
          WHERE (i.source_id, i.route_id) = (r0.source_id, r0.id) AND i.first_present <= $2
          ORDER BY i.first_present DESC LIMIT 1)) b
       ORDER BY b.first_present DESC LIMIT 1) latest
     WHERE latest.first_absent IS NULL OR $2 < latest.first_absent)
    UNION ALL
    (SELECT attributes_id, last_absent, first_present, NULL, false, 1
     FROM (
       SELECT * FROM (
         SELECT r0.attributes_id, r0.last_absent, r0.first_present WHERE r0.first_present > $2
         UNION ALL
         (SELECT i.attributes_id, i.last_absent, i.first_present
          FROM route_interval i
          WHERE (i.source_id, i.route_id) = (r0.source_id, r0.id) AND i.first_present > $2
          ORDER BY i.first_present LIMIT 1)) n
       ORDER BY n.first_present LIMIT 1) earliest
     WHERE earliest.last_absent < $2)
    ORDER BY rank LIMIT 1) q`

/** Route tables as of a moment, in the order of their prefixes. Several routes for one prefix are rows of their own. */
export async function routesAt(db: Queryable, query: RoutesQuery): Promise<Page<RouteAt>> {
  const { scope, at, kinds = routeKinds, prefix, origin, asn, limit } = query
  const cursors = cursorsOf('routesAt', { scope, at, kinds, prefix, origin, asn })
  const [afterPrefix, afterRoute, afterMember] = cursors.read(query.cursor, 3) ?? [null, null, null]
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, r0.id AS route_id, r0.kind, r0.instance, r0.peer, r0.prefix::text AS prefix,
            m.attributes, m.member::int AS member, q.last_absent, q.first_present, q.sure
     FROM resource r
     JOIN source s ON s.resource_id = r.id
     JOIN route r0 ON r0.source_id = s.id
     JOIN poll_state p ON (p.source_id, p.kind) = (r0.source_id, r0.kind)
     CROSS JOIN ${at === null ? NOW : THEN}
     JOIN route_attributes t ON (t.source_id, t.id) = (r0.source_id, q.attributes_id)
     CROSS JOIN LATERAL jsonb_array_elements(t.attributes) WITH ORDINALITY AS m (attributes, member)
     WHERE ${inScope(1)}
       AND $2::timestamptz IS NOT DISTINCT FROM $2
       AND r0.kind = ANY ($3)
       AND ($4::inet IS NULL OR r0.prefix = $4)
       AND ($5::text IS NULL OR lower(m.attributes->>'origin') = lower($5))
       AND ($6::bigint IS NULL OR m.attributes->'asPath' @> to_jsonb($6))
       AND ($7::inet IS NULL OR (r0.prefix, r0.id, m.member) > ($7, $8::int, $9::int))
     ORDER BY r0.prefix, r0.id, m.member LIMIT $10`,
    [
      scope ?? null,
      iso(at),
      kinds,
      prefix ?? null,
      origin ?? null,
      asn ?? null,
      afterPrefix,
      afterRoute,
      afterMember,
      limit + 1,
    ],
  )
  const page = pageOf(rows, limit, (last) => cursors.write([last.prefix, last.route_id, last.member]))
  const moments = at === null || page.rows.length === 0 ? null : await coverageAt(db, { scope, kinds, at })
  return {
    rows: page.rows.map((row) => {
      const moment = moments?.get(`${row.source_id}/${row.kind}`)
      const unseen = moments !== null && (!moment?.covered || moment.silentInstances.includes(row.instance))
      return routeOf(row, unseen ? 'unknown' : row.sure ? 'observed' : 'indeterminate')
    }),
    nextCursor: page.nextCursor,
  }
}

function routeOf(row: Row, known: Known): RouteAt {
  return {
    ...sourceRef(row),
    kind: row.kind,
    instance: row.instance || null,
    peer: row.peer || null,
    prefix: prefixFromDatabase(row.prefix),
    ...row.attributes,
    since: boundsOf(row.last_absent, row.first_present),
    known,
  }
}

import type { EpochMs, RouteAttributes } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type RouteKind, routeKinds } from '../record/route-kinds.ts'
import { prefixFromDatabase } from '../record/route-table.ts'
import { boundsOf, iso } from '../times.ts'
import type { Known, MomentCoverage, Page, RouteAt, SourceRef } from '../types.ts'
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

interface Row {
  source_id: number
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

/** What is current; $1 is NULL. */
const NOW = `
  LATERAL (SELECT r0.attributes_id, r0.last_absent, r0.first_present, $1::timestamptz IS NULL AS sure
           WHERE r0.first_present IS NOT NULL) q`

/**
 * What was so at $1: the last interval that began by then, if it had not ended; else the next one, if $1 lies between the
 * samples around its begin. The open interval stands in the route's own row, the others in route_interval.
 */
const THEN = `
  LATERAL (
    (SELECT * FROM (
       SELECT b.attributes_id, b.last_absent, b.first_present, b.first_absent,
              (b.first_absent IS NULL OR $1 <= b.last_present) AS sure, 0 AS rank
       FROM (
         SELECT r0.attributes_id, r0.last_absent, r0.first_present, r0.last_present, NULL::timestamptz AS first_absent
         WHERE r0.first_present <= $1
         UNION ALL
         (SELECT i.attributes_id, i.last_absent, i.first_present, i.last_present, i.first_absent
          FROM route_interval i
          WHERE (i.source_id, i.route_id) = (r0.source_id, r0.id) AND i.first_present <= $1
          ORDER BY i.first_present DESC LIMIT 1)) b
       ORDER BY b.first_present DESC LIMIT 1) latest
     WHERE latest.first_absent IS NULL OR $1 < latest.first_absent)
    UNION ALL
    (SELECT attributes_id, last_absent, first_present, NULL, false, 1
     FROM (
       SELECT * FROM (
         SELECT r0.attributes_id, r0.last_absent, r0.first_present WHERE r0.first_present > $1
         UNION ALL
         (SELECT i.attributes_id, i.last_absent, i.first_present
          FROM route_interval i
          WHERE (i.source_id, i.route_id) = (r0.source_id, r0.id) AND i.first_present > $1
          ORDER BY i.first_present LIMIT 1)) n
       ORDER BY n.first_present LIMIT 1) earliest
     WHERE earliest.last_absent < $1)
    ORDER BY rank LIMIT 1) q`

/**
 * Route tables as of a moment, in the order of their prefixes. Several routes for one prefix are rows of their own.
 *
 * Each step of the query is fenced into a LATERAL of its own, so that whatever the statistics say, an interval is looked up
 * once for each route and its attributes once for each interval: a planner that joins the attributes first needs minutes. The
 * routes come sorted, so that a page ends the work when it is full.
 */
export async function routesAt(db: Queryable, query: RoutesQuery): Promise<Page<RouteAt>> {
  const { scope, at, kinds = routeKinds, prefix, origin, asn, limit } = query
  const cursors = cursorsOf('routesAt', { scope, at, kinds, prefix, origin, asn })
  const [afterPrefix, afterRoute, afterMember] = cursors.read(query.cursor, 3) ?? [null, null, null]
  const tables = await tablesInScope(db, scope, kinds)
  const { rows } = await db.query<Row>(
    `SELECT r0.source_id, r0.id AS route_id, r0.kind, r0.instance, r0.peer, r0.prefix::text AS prefix,
            m.attributes, m.member::int AS member, q.last_absent, q.first_present, q.sure
     FROM (
       SELECT * FROM route x
       WHERE x.source_id = ANY ($2::int[]) AND x.kind = ANY ($3) AND ($4::inet IS NULL OR x.prefix = $4)
         AND ($7::inet IS NULL OR (x.prefix, x.id) >= ($7, $8::int))
       ORDER BY x.prefix, x.id OFFSET 0) r0
     CROSS JOIN ${at === null ? NOW : THEN}
     CROSS JOIN LATERAL (
       SELECT a.attributes FROM route_attributes a
       WHERE (a.source_id, a.id) = (r0.source_id, q.attributes_id) OFFSET 0) t
     CROSS JOIN LATERAL jsonb_array_elements(t.attributes) WITH ORDINALITY AS m (attributes, member)
     WHERE ($5::text IS NULL OR lower(m.attributes->>'origin') = lower($5))
       AND ($6::bigint IS NULL OR m.attributes->'asPath' @> to_jsonb($6))
       AND ($7::inet IS NULL OR (r0.prefix, r0.id, m.member) > ($7, $8::int, $9::int))
     ORDER BY r0.prefix, r0.id, m.member LIMIT $10`,
    [
      iso(at),
      [...new Set([...tables.values()].map(({ sourceId }) => sourceId))],
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
    rows: page.rows.flatMap((row) => {
      const table = tables.get(`${row.source_id}/${row.kind}`)
      if (!table) return []
      const moment = moments?.get(`${row.source_id}/${row.kind}`)
      return [routeOf(row, table, moments ? knownThen(row, moment) : knownNow(row, table))]
    }),
    nextCursor: page.nextCursor,
  }
}

interface Table extends SourceRef {
  silentInstances: string[]
}

async function tablesInScope(
  db: Queryable,
  scope: string | undefined,
  kinds: readonly RouteKind[],
): Promise<Map<string, Table>> {
  const { rows } = await db.query<SourceRefRow & { kind: RouteKind; silent_instances: string[] }>(
    `SELECT ${SOURCE_COLUMNS}, p.kind, p.silent_instances
     FROM poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${inScope(1)} AND p.kind = ANY ($2)`,
    [scope ?? null, kinds],
  )
  return new Map(
    rows.map((row) => [`${row.source_id}/${row.kind}`, { ...sourceRef(row), silentInstances: row.silent_instances }]),
  )
}

/** How old it is, freshness tells; but an instance that did not report may have lost the route since. */
function knownNow(row: Row, { silentInstances }: Table): Known {
  return silentInstances.includes(row.instance) ? 'indeterminate' : 'observed'
}

function knownThen(row: Row, moment: MomentCoverage | undefined): Known {
  if (!moment?.covered || moment.silentInstances.includes(row.instance)) return 'unknown'
  return row.sure ? 'observed' : 'indeterminate'
}

function routeOf(row: Row, table: Table, known: Known): RouteAt {
  const { silentInstances: _, ...ref } = table
  return {
    ...ref,
    kind: row.kind,
    instance: row.instance || null,
    peer: row.peer || null,
    prefix: prefixFromDatabase(row.prefix),
    ...row.attributes,
    since: boundsOf(row.last_absent, row.first_present),
    known,
  }
}

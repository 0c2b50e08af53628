import { type EpochMs, type RoutePollKind, routePollKinds, type RouteSort } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../../times.ts'
import type { CursorPage, RouteAtMoment } from '../../types.ts'
import { createQueryCursors, createCursorPage } from '../cursor.ts'
import { selectRoutePathLength } from './path-length.ts'
import { selectRouteAtMoment } from './route-as-of.ts'
import { type RouteAtRow, convertRouteRows, type ListedRouteTable, readRouteTablesOfResource } from './route-tables.ts'

/** Order of a list of routes. Rows that are equal in it are ordered by prefix. */
interface RouteOrder {
  by: RouteSort
  descending: boolean
}

/**
 * Returns SQL that sorts a text in natural order, so that 10.0.4.4 comes before 10.0.4.12. Each run of digits is padded
 * to ten digits.
 */
const natural = (text: string) =>
  `regexp_replace(regexp_replace(lower(${text}), '(\\d+)', '000000000\\1', 'g'), '\\d*(\\d{10})', '\\1', 'g')`

/**
 * Sort key of a row: an SQL expression over the row `r` of `route`, a member `m` of its attributes, its state `q`, and
 * the label of its table `r.label`.
 */
interface SortKey {
  /** SQL expression; its value is NULL if the table does not contain the attribute */
  sql: string
  type: 'text' | 'float8'
  part: 'text' | 'number'
}

const textKey = (sql: string): SortKey => ({ sql: natural(`nullif(${sql}, '')`), type: 'text', part: 'text' })

const numberKey = (sql: string): SortKey => ({ sql: `(${sql})::float8`, type: 'float8', part: 'number' })

/** Sort keys of all orders except prefix, which is the order in which routes are read. */
const SORT_KEYS: Record<Exclude<RouteSort, 'prefix'>, SortKey> = {
  scope: textKey('r.label'),
  table: textKey('r.kind'),
  instance: textKey('r.instance'),
  peer: textKey('r.peer'),
  nextHop: textKey("m.attributes->>'nextHop'"),
  origin: textKey("m.attributes->>'origin'"),
  asPath: numberKey(selectRoutePathLength('m.attributes')),
  weight: numberKey("m.attributes->>'weight'"),
  localPref: numberKey("m.attributes->>'localPref'"),
  since: numberKey('extract(epoch FROM q.first_present) * 1000'),
}

interface RoutesQuery {
  scope?: string | undefined
  /** requested moment; null = now, as of the last successful poll */
  at: EpochMs | null
  kinds?: readonly RoutePollKind[] | undefined
  /** only routes to exactly this prefix, in canonical form */
  prefix?: string | undefined
  /** only routes to this prefix and to longer prefixes in it, in canonical form */
  within?: string | undefined
  /** origin in ARM's spelling, case-insensitive */
  origin?: string | undefined
  /** ASN that the AS path contains at any position */
  asn?: number | undefined
  /** neighbor in Azure's spelling, or source of an effective route, case-insensitive */
  peer?: string | undefined
  /** only this part of tables that are polled in parts, for example the neighbor of an advertised table */
  subresource?: string | undefined
  /** order of the list; absent = by prefix, ascending */
  order?: RouteOrder | undefined
  limit: number
  cursor?: string | undefined
}

interface Row extends RouteAtRow {
  route_id: number
  member: number
  /** value by which the row is sorted; null if the order is by prefix or the row has no value */
  sort_key: string | number | null
}

/** Position of the last row of a page in the order of the list. */
interface Place {
  key: string | number | null
  prefix: string
  route: number
  member: number
}

/** SQL that joins the current interval of a route `r` as `q`, if no moment is requested (parameter $1 is NULL). */
const NOW = `
  CROSS JOIN LATERAL (SELECT r.attributes_id, r.last_absent, r.first_present, $1::timestamptz IS NULL AS sure
                      WHERE r.first_present IS NOT NULL) q`

/** SQL of the routes of the requested tables; each query appends the parts it needs for its order. */
const ROUTES = `SELECT * FROM route x
       WHERE x.source_id = ANY ($2::int[]) AND x.kind = ANY ($3) AND ($4::inet IS NULL OR x.prefix = $4) AND ($11::inet IS NULL OR x.prefix <<= $11)
         AND ($12::text IS NULL OR lower(x.peer) = lower($12))`
const PLACE = '($7, $8::int, $9::int)'

/**
 * Returns route tables at a moment. Equal routes to a prefix are separate rows. Each step of the query is a separate
 * LATERAL. The planner then looks up an interval once per route and its attributes once per interval, whatever the
 * statistics are. A plan that joins the attributes first would need minutes. In the order of prefixes the query stops
 * when the page is full. Every other order reads all rows that match the filter.
 * @throws CursorError if the cursor belongs to another query
 */
export async function readRoutesAtMoment(db: SqlExecutor, query: RoutesQuery): Promise<CursorPage<RouteAtMoment>> {
  const { scope, at, kinds = routePollKinds, prefix, within, origin, asn, peer, subresource, limit } = query
  const order = query.order ?? { by: 'prefix', descending: false }
  const filters = { prefix, within, origin, asn, peer, subresource }
  const cursors = createQueryCursors('routesAt', { scope, at, kinds, ...filters, order })
  const place = placeOf(cursors, order, query.cursor)
  const tables = await readRouteTablesOfResource(db, scope, kinds)
  const asked = [...tables.values()].filter((table) => subresource === undefined || table.subresource === subresource)
  const sources = new Map(asked.map((table) => [table.sourceId, labelOf(table)]))
  const { routes, key, after, ordered } = statementOf(order)
  const { rows } = await db.query<Row>(
    `SELECT r.source_id, r.id AS route_id, r.kind, r.instance, r.peer, r.prefix::text AS prefix,
            m.attributes, m.member::int AS member, q.last_absent, q.first_present, q.sure, k.sort_key
     FROM (${routes} OFFSET 0) r
     ${at === null ? NOW : selectRouteAtMoment('$1', 'q')}
     CROSS JOIN LATERAL (
       SELECT a.attributes FROM route_attributes a
       WHERE (a.source_id, a.id) = (r.source_id, q.attributes_id) OFFSET 0) t
     CROSS JOIN LATERAL jsonb_array_elements(t.attributes) WITH ORDINALITY AS m (attributes, member)
     CROSS JOIN LATERAL (SELECT ${key} AS sort_key OFFSET 0) k
     WHERE ($5::text IS NULL OR lower(m.attributes->>'origin') = lower($5))
       AND ($6::bigint IS NULL OR m.attributes->'asPath' @> to_jsonb($6))
       AND ($7::inet IS NULL OR ${after})
     ORDER BY ${ordered} LIMIT $10`,
    [
      formatIsoTime(at),
      [...sources.keys()],
      kinds,
      prefix ?? null,
      origin ?? null,
      asn ?? null,
      place?.prefix ?? null,
      place?.route ?? null,
      place?.member ?? null,
      limit + 1,
      within ?? null,
      peer ?? null,
      ...(order.by === 'prefix' ? [] : [place?.key ?? null, [...sources.values()]]),
    ],
  )
  const page = createCursorPage(rows, limit, (last) => cursors.write(keyOf(last, order)))
  return { rows: await convertRouteRows(db, page.rows, tables, { scope, kinds, at }), nextCursor: page.nextCursor }
}

/** Returns the parts of the statement that depend on the order. */
function statementOf({ by, descending }: RouteOrder): { routes: string; key: string; after: string; ordered: string } {
  const [later, direction] = descending ? ['<', 'DESC'] : ['>', 'ASC']
  if (by === 'prefix') {
    return {
      routes: `${ROUTES} AND ($7::inet IS NULL OR (x.prefix, x.id) ${later}= ($7, $8::int)) ORDER BY x.prefix ${direction}, x.id ${direction}`,
      key: 'NULL',
      after: `(r.prefix, r.id, m.member) ${later} ${PLACE}`,
      ordered: `r.prefix ${direction}, r.id ${direction}, m.member ${direction}`,
    }
  }
  const { sql, type } = SORT_KEYS[by]
  const asked = `$13::${type}`
  const next = `(r.prefix, r.id, m.member) > ${PLACE}`
  return {
    routes: `SELECT x.*, n.label FROM (${ROUTES}) x
       JOIN unnest($2::int[], $14::text[]) AS n (source_id, label) ON n.source_id = x.source_id`,
    key: type === 'text' ? `(${sql}) COLLATE "C"` : sql,
    // rows without a value come last in both directions
    after: `CASE WHEN ${asked} IS NULL THEN k.sort_key IS NULL AND ${next}
                 ELSE k.sort_key IS NULL OR k.sort_key ${later} ${asked} OR (k.sort_key = ${asked} AND ${next}) END`,
    ordered: `k.sort_key ${direction} NULLS LAST, r.prefix, r.id, m.member`,
  }
}

function placeOf(
  cursors: ReturnType<typeof createQueryCursors>,
  { by }: RouteOrder,
  cursor: string | undefined,
): Place | null {
  if (by === 'prefix') {
    const read = cursors.read(cursor, 'prefix', 'int', 'int')
    return read && { key: null, prefix: read[0], route: read[1], member: read[2] }
  }
  const read = cursors.read(cursor, 'int', SORT_KEYS[by].part, 'prefix', 'int', 'int')
  return read && { key: read[0] === 1 ? read[1] : null, prefix: read[2], route: read[3], member: read[4] }
}

function keyOf({ sort_key: key, prefix, route_id, member }: Row, { by }: RouteOrder): (string | number)[] {
  const place = [prefix, route_id, member]
  if (by === 'prefix') return place
  return [key === null ? 0 : 1, key ?? (SORT_KEYS[by].part === 'text' ? '' : 0), ...place]
}

/** Returns the text by which tables are sorted in the order `scope`: name, peering and path. */
const labelOf = ({ scopeName, peering, path }: ListedRouteTable): string =>
  [scopeName, peering, path].filter((part) => part !== null).join(' ')

import { queryAtMoment } from '#lib/platform/response-cache.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import type { EpochMs, RoutePollKind } from '#lib/contract/index.ts'
import { formatIsoTime } from '../times.ts'
import type { RouteAtMoment } from '../types.ts'
import { type RouteAtRow, convertRouteRows, readRouteTablesOfResource } from './routes/route-tables.ts'
import { selectRouteAtMoment } from './routes/route-as-of.ts'

/**
 * Returns the gateways that learned routes to an address, and the peers from which each gateway learned the longest
 * matching prefix, by the last successful polls. Each gateway has its own longest prefix. Default routes are ignored,
 * because they contain every address. Routes with the origin `Network` (the address spaces of the gateway's own
 * networks and static routes) are ignored too.
 */
export async function readNeighborsCarryingAddress(
  db: SqlExecutor,
  address: string,
): Promise<{ gateway: string; peer: string }[]> {
  const rows = await readCoveringRoutes(db, { address, at: null, kinds: ['learned'] })
  const learned = rows.filter(({ prefix, peer, origin }) => !isDefault(prefix) && peer !== null && origin !== 'Network')
  return [...Map.groupBy(learned, ({ scope }) => scope)].flatMap(([gateway, own]) => {
    const longest = Math.max(...own.map(({ prefix }) => lengthOf(prefix)))
    const peers = own.filter(({ prefix }) => lengthOf(prefix) === longest).flatMap(({ peer }) => peer ?? [])
    return [...new Set(peers)].toSorted().map((peer) => ({ gateway, peer }))
  })
}

const lengthOf = (prefix: string) => Number(prefix.split('/')[1] ?? 0)
const isDefault = (prefix: string) => lengthOf(prefix) === 0

/** SQL that joins the current interval of a route `r` as `q`; routes that are absent now are left out. */
const NOW = `
  CROSS JOIN LATERAL (SELECT r.attributes_id, r.last_absent, r.first_present, true AS sure
                      WHERE r.first_present IS NOT NULL) q`

/**
 * Returns every route that covers an address at a moment, longest prefix first, with one row for each member of a set
 * of equal routes. The GiST index on prefixes finds the routes, so that only their intervals are read.
 * @param query.at null = now, as of the last successful poll
 */
export async function readCoveringRoutes(
  db: SqlExecutor,
  query: { address: string; scope?: string | undefined; at: EpochMs | null; kinds: readonly RoutePollKind[] },
): Promise<RouteAtMoment[]> {
  const { address, scope, at, kinds } = query
  const tables = await readRouteTablesOfResource(db, scope, kinds)
  const text = `SELECT r.source_id, r.kind, r.instance, r.peer, r.prefix::text AS prefix, m.attributes, q.last_absent, q.first_present, q.sure
     FROM (
       SELECT * FROM route x
       WHERE x.prefix >>= $1::inet AND x.source_id = ANY ($2::int[]) AND x.kind = ANY ($3) OFFSET 0) r
     ${at === null ? NOW : selectRouteAtMoment('$AT', 'q')}
     JOIN route_attributes a ON (a.source_id, a.id) = (r.source_id, q.attributes_id)
     CROSS JOIN LATERAL jsonb_array_elements(a.attributes) WITH ORDINALITY AS m (attributes, member)
     ORDER BY masklen(r.prefix) DESC, r.id, m.member`
  const values = [address, [...new Set([...tables.values()].map(({ sourceId }) => sourceId))], kinds]
  const rows =
    at === null
      ? await queryWithPreparedStatement<RouteAtRow>(db, 'routesCovering', text, values)
      : await queryAtMoment<RouteAtRow>(db, { name: 'routesCoveringThen', text, values }, formatIsoTime(at))
  return convertRouteRows(db, rows, tables, { scope, kinds, at })
}

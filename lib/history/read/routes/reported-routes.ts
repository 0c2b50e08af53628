import {
  type CircuitPath,
  type EpochMs,
  parsePathSubject,
  type RouteAttributes,
  type RouteRow,
} from '#lib/contract/index.ts'
import type { ForwardingTablePollKind } from '#lib/contract/poll.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'

/** A route that a neighbor announced at any time since a given moment. */
export interface RouteAnnouncedSinceMoment
  extends Omit<RouteRow, 'instance' | 'origin' | 'weight' | 'localPref' | 'state'> {
  scope: string
  kind: ForwardingTablePollKind
  /** `peering` and `path` of a circuit's path table; null for other tables */
  peering: string | null
  path: CircuitPath | null
}

/**
 * Maximum number of prefixes per peer of a table. For a peer with more prefixes only the first ones are compared,
 * because they suffice to find out whether two tables come from the same neighbor.
 */
const PREFIXES_PER_TABLE = 2_000

/**
 * Returns the routes that neighbors of the given gateways and circuits announced since a moment, including withdrawn
 * routes. By them Peerwatch finds out which neighbor belongs to which path of a circuit. Routes of all instances are
 * combined. A route that changed has its newest attributes.
 * @returns `since` = end of the first poll that showed the route with its newest attributes, or again after an
 *   absence; null = before the given moment.
 *   `until` = end of the first poll without the route; null = still announced
 */
export async function readReportedRoutes(
  db: SqlExecutor,
  { scopes, since }: { scopes: readonly string[]; since: EpochMs },
): Promise<(RouteAnnouncedSinceMoment & { since: EpochMs | null; until: EpochMs | null })[]> {
  if (scopes.length === 0) return []
  // there are few attribute sets and many routes, so each set is sent once, with its prefixes
  const rows = await queryRowsInCamelCase<{
    scope: string
    subresource: string
    kind: ForwardingTablePollKind
    peer: string
    since: EpochMs | null
    until: EpochMs | null
    prefixes: string
    attributes: RouteAttributes[]
  }>(
    db,
    `WITH reported AS (
       SELECT resource.short_id AS scope, source.subresource, route.source_id, route.kind, route.peer, route.prefix,
              CASE WHEN route.first_present IS NULL THEN route.closed_until END AS until,
              CASE WHEN coalesce(route.first_present, past.first_present) >= $2
                THEN coalesce(route.first_present, past.first_present) END AS since,
              coalesce(route.attributes_id, past.attributes_id) AS attributes_id,
              dense_rank() OVER (PARTITION BY route.source_id, route.kind, route.peer ORDER BY route.prefix) AS place
       FROM route JOIN source ON source.id = route.source_id JOIN resource ON resource.id = source.resource_id
       LEFT JOIN LATERAL (
         SELECT i.attributes_id, i.first_present FROM route_interval i
         WHERE route.first_present IS NULL AND i.source_id = route.source_id AND i.route_id = route.id
         ORDER BY i.first_present DESC LIMIT 1) past ON true
       WHERE resource.short_id = ANY ($1) AND route.kind IN ('learned', 'tables')
         AND (route.first_present IS NOT NULL OR route.closed_until >= $2)
     ), sets AS (
       SELECT scope, subresource, source_id, kind, peer, since, until, attributes_id, string_agg(DISTINCT text(prefix), ' ') AS prefixes
       FROM reported WHERE place <= $3 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8)
     SELECT scope, subresource, kind, peer, since, until, prefixes, a.attributes
     FROM sets CROSS JOIN LATERAL (
       SELECT attributes FROM route_attributes WHERE (source_id, id) = (sets.source_id, sets.attributes_id) OFFSET 0) a`,
    [scopes, new Date(since).toISOString(), PREFIXES_PER_TABLE],
  )
  return rows.flatMap(({ scope, subresource, kind, peer, since, until, prefixes, attributes }) => {
    const { peering, path } = parsePathSubject(subresource)
    const of = { scope, kind, peering: path && peering, path, peer: peer === '' ? null : peer, since, until }
    const paths = attributes.map(({ nextHop, asPath, asPathText }) => ({ ...of, nextHop, asPath, asPathText }))
    return prefixes.split(' ').flatMap((text) => {
      const prefix = canonicalizeDatabasePrefix(text)
      return paths.map((one) => ({ ...one, prefix }))
    })
  })
}

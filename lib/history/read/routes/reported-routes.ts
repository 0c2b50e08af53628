import { type CircuitPath, type EpochMs, parsePath, type RouteAttributes, type RouteRow } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { prefixFromDatabase } from '../../record/routes/route-table.ts'

/** One route that a neighbor announced at any moment since a given one. */
export interface ReportedRoutes extends Omit<RouteRow, 'instance' | 'origin' | 'weight' | 'localPref' | 'state'> {
  scope: string
  kind: 'learned' | 'tables'
  /** for a circuit's path table */
  peering: string | null
  path: CircuitPath | null
}

/** Tables larger than this are compared by their first prefixes only: likeness of sets needs no more. */
const PREFIXES_PER_TABLE = 2_000

/**
 * The routes that neighbors of these gateways and circuits announced since a moment, withdrawn ones included: the
 * evidence for which neighbor is which path. Instances are taken together. Of a route that changed, the newest
 * attributes count.
 */
export async function reportedRoutes(
  db: Queryable,
  { scopes, since }: { scopes: readonly string[]; since: EpochMs },
): Promise<ReportedRoutes[]> {
  const { rows } = await db.query<{
    scope: string
    subresource: string
    kind: 'learned' | 'tables'
    peer: string
    prefix: string
    attributes: RouteAttributes[]
  }>(
    `WITH reported AS (
       SELECT resource.short_id AS scope, source.subresource, route.id, route.source_id, route.kind, route.peer, route.prefix,
              route.attributes_id,
              dense_rank() OVER (PARTITION BY route.source_id, route.kind, route.peer ORDER BY route.prefix) AS place
       FROM route
       JOIN source ON source.id = route.source_id
       JOIN resource ON resource.id = source.resource_id
       WHERE resource.short_id = ANY ($1) AND route.kind IN ('learned', 'tables')
         AND (route.first_present IS NOT NULL OR route.closed_until >= $2)
     )
     SELECT DISTINCT reported.scope, reported.subresource, reported.kind, reported.peer, text(reported.prefix) AS prefix, known.attributes
     FROM reported
     CROSS JOIN LATERAL (
       SELECT attributes FROM route_attributes
       WHERE route_attributes.source_id = reported.source_id AND route_attributes.id = coalesce(reported.attributes_id, (
         SELECT route_interval.attributes_id FROM route_interval
         WHERE route_interval.source_id = reported.source_id AND route_interval.route_id = reported.id
         ORDER BY route_interval.first_present DESC LIMIT 1)) OFFSET 0) known
     WHERE reported.place <= $3`,
    [scopes, new Date(since).toISOString(), PREFIXES_PER_TABLE],
  )
  return rows.flatMap(({ scope, subresource, kind, peer, prefix, attributes }) => {
    const { peering, path } = parsePath(subresource)
    return attributes.map(({ nextHop, asPath, asPathText }) => ({
      scope,
      kind,
      peering: path && peering,
      path,
      peer: peer === '' ? null : peer,
      prefix: prefixFromDatabase(prefix),
      nextHop,
      asPath,
      asPathText,
    }))
  })
}

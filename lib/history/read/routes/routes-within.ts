import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { splitIntoEqualRoutes, type LearnedRouteEntry, type RouteEntryRow } from './route-entry.ts'

/** Maximum number of routes that are read for a poll, because more routes would slow down every poll too much. */
const MAX_ROUTES = 20_000

/**
 * Returns how the given gateways currently reach the given ranges: every learned route of every instance that is inside
 * a range or contains it. Runs in the caller's transaction.
 * @returns null if there are more than {@link MAX_ROUTES}
 */
export async function readRoutesWithinRanges(
  db: SqlExecutor,
  gateways: readonly string[],
  ranges: readonly string[],
): Promise<LearnedRouteEntry[] | null> {
  const { rows } = await db.query<RouteEntryRow>(
    `SELECT found.gateway, found.instance, found.peer, found.prefix::text AS prefix, a.attributes
     FROM (
       SELECT DISTINCT resource.short_id AS gateway, route.source_id, route.instance, route.peer, route.prefix,
              route.attributes_id
       FROM unnest($2::inet[]) AS wanted (range)
       JOIN route ON route.prefix && wanted.range
       JOIN source ON source.id = route.source_id JOIN resource ON resource.id = source.resource_id
       WHERE resource.short_id = ANY ($1) AND source.subresource = '' AND route.kind = 'learned'
         AND route.attributes_id IS NOT NULL
       LIMIT $3) found
     JOIN route_attributes a ON a.source_id = found.source_id AND a.id = found.attributes_id`,
    [gateways, ranges, MAX_ROUTES + 1],
  )
  if (rows.length > MAX_ROUTES) return null
  return splitIntoEqualRoutes(rows)
}

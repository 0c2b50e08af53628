import type { Queryable } from '#lib/platform/queryable.ts'
import { type RouteEntryRow, type RouteTo, entriesOf } from './route-entry.ts'

/** Ranges with more ways than these are not read: what is asked of them would cost every poll too much. */
const MAX_ENTRIES = 20_000

/**
 * How these gateways reach some ranges now, in the caller's transaction: every learned way of every instance to a part of them or
 * to what holds them.
 * @returns null where there are too many
 */
export async function routesWithin(
  db: Queryable,
  gateways: readonly string[],
  ranges: readonly string[],
): Promise<RouteTo[] | null> {
  const { rows } = await db.query<RouteEntryRow>(
    `SELECT told.gateway, told.instance, told.peer, told.prefix::text AS prefix, a.attributes
     FROM (
       SELECT DISTINCT resource.short_id AS gateway, route.source_id, route.instance, route.peer, route.prefix,
              route.attributes_id
       FROM unnest($2::inet[]) AS wanted (range)
       JOIN route ON route.prefix && wanted.range
       JOIN source ON source.id = route.source_id JOIN resource ON resource.id = source.resource_id
       WHERE resource.short_id = ANY ($1) AND source.part = '' AND route.kind = 'learned'
         AND route.attributes_id IS NOT NULL
       LIMIT $3) told
     JOIN route_attributes a ON a.source_id = told.source_id AND a.id = told.attributes_id`,
    [gateways, ranges, MAX_ENTRIES + 1],
  )
  if (rows.length > MAX_ENTRIES) return null
  return entriesOf(rows)
}

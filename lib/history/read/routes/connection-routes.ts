import { type EpochMs, parseHubConnectionName, type RouteAttributes } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'

/** A route of a hub gateway's connection to a prefix, now or in the past, with its AS path. */
export interface HubConnectionRouteRecord extends Pick<RouteAttributes, 'asPath' | 'asPathText'> {
  gateway: string
  connection: string
  prefix: string
  /** end of the first poll without this route; null = the connection still brings it */
  until: EpochMs | null
}

/**
 * Returns the routes that the connections of the given hub gateways bring or brought to prefixes, as far back as history
 * is stored. Each AS path of a prefix is a separate route.
 */
export async function readHubConnectionRoutes(
  db: SqlExecutor,
  { gateways, prefixes }: { gateways: readonly string[]; prefixes: readonly string[] },
): Promise<HubConnectionRouteRecord[]> {
  if (gateways.length === 0 || prefixes.length === 0) return []
  const { rows } = await db.query<{
    gateway: string
    subresource: string
    prefix: string
    until: number | null
    attributes: RouteAttributes[]
  }>(
    `SELECT resource.short_id AS gateway, source.subresource, r.prefix::text AS prefix, a.attributes,
            (extract(epoch FROM x.until) * 1000)::float8 AS until
     FROM route r
     JOIN source ON source.id = r.source_id JOIN resource ON resource.id = source.resource_id
     CROSS JOIN LATERAL (
       SELECT i.attributes_id, i.first_absent AS until FROM route_interval i
       WHERE i.source_id = r.source_id AND i.route_id = r.id
       UNION ALL
       SELECT r.attributes_id, NULL WHERE r.attributes_id IS NOT NULL) x
     CROSS JOIN LATERAL (
       SELECT attributes FROM route_attributes a WHERE a.source_id = r.source_id AND a.id = x.attributes_id OFFSET 0) a
     WHERE resource.short_id = ANY ($1) AND source.subresource <> '' AND r.kind = 'learned' AND r.prefix = ANY ($2::inet[])`,
    [gateways, prefixes],
  )
  return rows.flatMap(({ gateway, subresource, prefix, until, attributes }) => {
    const connection = parseHubConnectionName(subresource)
    if (connection === null) return []
    const of = { gateway, connection, prefix: canonicalizeDatabasePrefix(prefix), until }
    return attributes.map(({ asPath, asPathText }) => ({
      ...of,
      asPath,
      ...(asPathText !== undefined && { asPathText }),
    }))
  })
}

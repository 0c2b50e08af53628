import { armTypes, DEFAULT_HUB_TABLE, type EpochMs, type ForwardingTablePollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'
import { splitIntoEqualRoutes, type LearnedRouteEntry, type RouteEntryRow } from './route-entry.ts'

export interface RoutesToPrefixes {
  entries: LearnedRouteEntry[]
  /** the requested prefixes that are inside another prefix for which a gateway has a route, except the default route */
  covered: string[]
  /**
   * prefixes that the requested gateways list as the address space of their own or a peered network: origin Network,
   * without a next hop
   */
  ownSpace: { gateway: string; prefix: string }[]
  /** start of the last successful poll of learned routes, by gateway */
  readAt: Record<string, EpochMs>
}

/**
 * Returns how the given gateways, or the given hubs, currently reach the given prefixes. For a hub, its default route
 * table is read, and not the tables of its gateways' connections. Other route tables of hubs are resources of their
 * own. If both gateways and tables of hubs are given, the gateways are ignored. Runs in the caller's transaction, so
 * that the result includes the rows that the transaction has just recorded.
 */
export async function readRoutesToPrefixes(
  db: SqlExecutor,
  gateways: readonly string[],
  prefixes: readonly string[],
): Promise<RoutesToPrefixes> {
  const { rows: listed } = await db.query<{ id: number; gateway: string; read_at: Date | null; is_hub: boolean }>(
    `SELECT source.id, resource.short_id AS gateway, p.ok_started_at AS read_at, x.is_hub
     FROM source JOIN resource ON resource.id = source.resource_id
     CROSS JOIN LATERAL (SELECT source.subresource <> '' OR resource.type = $3 AS is_hub) x
     LEFT JOIN poll_state p ON p.source_id = source.id AND p.kind = CASE WHEN x.is_hub THEN 'tables' ELSE 'learned' END
     WHERE resource.short_id = ANY ($1) AND source.subresource IN ('', $2)`,
    [gateways, DEFAULT_HUB_TABLE, armTypes.hubRouteTable],
  )
  const ofHubs = listed.filter((source) => source.is_hub)
  const sources = ofHubs.length > 0 ? ofHubs : listed
  // A condition for both kinds of tables would not use the index of routes.
  const kind: ForwardingTablePollKind = ofHubs.length > 0 ? 'tables' : 'learned'
  const ids = sources.map(({ id }) => id)
  const gatewayOf = new Map(sources.map(({ id, gateway }) => [id, gateway]))
  const routes = await db.query<RouteEntryRow>(
    `SELECT resource.short_id AS gateway, route.instance, route.peer, route.prefix::text AS prefix, a.attributes
     FROM route
     JOIN source ON source.id = route.source_id JOIN resource ON resource.id = source.resource_id
     JOIN route_attributes a ON a.source_id = route.source_id AND a.id = route.attributes_id
     WHERE route.source_id = ANY ($1) AND route.kind = $3 AND route.prefix = ANY ($2::inet[])`,
    [ids, prefixes, kind],
  )
  const covered = await db.query<{ prefix: string }>(
    `SELECT wanted.prefix::text AS prefix FROM unnest($2::inet[]) AS wanted (prefix)
     WHERE EXISTS (SELECT 1 FROM route WHERE route.source_id = ANY ($1) AND route.kind = $3
                   AND route.attributes_id IS NOT NULL AND route.prefix >> wanted.prefix AND masklen(route.prefix) > 0)`,
    [ids, prefixes, kind],
  )
  const own = await db.query<{ source: number; prefix: string }>(
    `SELECT DISTINCT route.source_id AS source, route.prefix::text AS prefix FROM route
     WHERE route.source_id = ANY ($1) AND route.kind = $2 AND route.attributes_id IN (
       SELECT id FROM route_attributes WHERE source_id = ANY ($1) AND lower(attributes -> 0 ->> 'origin') = 'network'
       AND attributes -> 0 ->> 'nextHop' IS NULL)`,
    [ids, kind],
  )
  return {
    entries: splitIntoEqualRoutes(routes.rows),
    covered: covered.rows.map(({ prefix }) => canonicalizeDatabasePrefix(prefix)),
    ownSpace: own.rows.flatMap(({ source, prefix }) => {
      const gateway = gatewayOf.get(source)
      return gateway === undefined ? [] : [{ gateway, prefix: canonicalizeDatabasePrefix(prefix) }]
    }),
    readAt: Object.fromEntries(sources.flatMap(({ gateway, read_at: at }) => (at ? [[gateway, at.getTime()]] : []))),
  }
}

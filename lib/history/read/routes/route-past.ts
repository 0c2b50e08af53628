import { findCustomerPath, findOriginAsn } from '#lib/bgp/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'
import { formatIsoTime } from '../../times.ts'

/** Peers and origins that announced a prefix to gateways before a moment, even if they withdrew it. */
interface RoutePast {
  /** for each origin ASN, the end of the first poll that showed the prefix with this origin */
  origins: Record<string, EpochMs>
  peers: string[]
}

/**
 * Returns the peers and origins that announced each of the given prefixes to the given gateways before a moment, as far
 * back as history is stored. A prefix that was never announced has no entry.
 */
export async function readPastRoutes(
  db: SqlExecutor,
  query: { gateways: readonly string[]; prefixes: readonly string[]; before: EpochMs },
): Promise<Record<string, RoutePast>> {
  const { rows } = await db.query<{
    prefix: string
    peer: string
    path: number[] | null
    text: string | null
    first_seen: number
  }>(
    `SELECT seen.prefix::text AS prefix, seen.peer, member -> 'asPath' AS path, member ->> 'asPathText' AS text,
            (extract(epoch FROM min(seen.first_present)) * 1000)::float8 AS first_seen
     FROM (
       SELECT r.source_id, r.prefix, r.peer, x.attributes_id, min(x.first_present) AS first_present
       FROM route r
       JOIN source ON source.id = r.source_id JOIN resource ON resource.id = source.resource_id
       CROSS JOIN LATERAL (
         SELECT i.attributes_id, i.first_present FROM route_interval i WHERE i.source_id = r.source_id AND i.route_id = r.id
         UNION ALL
         SELECT r.attributes_id, r.first_present WHERE r.attributes_id IS NOT NULL) x
       WHERE resource.short_id = ANY ($1) AND source.subresource = '' AND r.kind = 'learned' AND r.prefix = ANY ($2::inet[])
         AND x.first_present < $3
       GROUP BY 1, 2, 3, 4) seen
     CROSS JOIN LATERAL (
       SELECT a.attributes FROM route_attributes a WHERE a.source_id = seen.source_id AND a.id = seen.attributes_id OFFSET 0) a
     CROSS JOIN LATERAL jsonb_array_elements(a.attributes) AS member
     GROUP BY seen.prefix, seen.peer, member -> 'asPath', member ->> 'asPathText'`,
    [query.gateways, query.prefixes, formatIsoTime(query.before)],
  )
  const past: Record<string, RoutePast> = {}
  for (const { prefix, peer, path, text, first_seen: firstSeen } of rows) {
    const known = (past[canonicalizeDatabasePrefix(prefix)] ??= { origins: {}, peers: [] })
    if (peer && !known.peers.includes(peer)) known.peers.push(peer)
    const customers = findCustomerPath({ asPath: path ?? [], asPathText: text ?? undefined })
    const origin = customers && findOriginAsn(customers)
    if (origin === null) continue
    known.origins[origin] = Math.min(known.origins[origin] ?? Number.POSITIVE_INFINITY, Math.round(firstSeen))
  }
  return past
}

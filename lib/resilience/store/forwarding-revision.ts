import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Fingerprints of the data that decide how packets are forwarded. If they are unchanged, the routes in the results of
 * what-ifs are unchanged as well.
 */
export interface ForwardingDataFingerprints {
  /** Fingerprint of the route tables of each source, by source id. A source without routes is missing. */
  tables: ReadonlyMap<number, string>
  /**
   * Fingerprint of all other data: resources, neighbors of gateways, weights of connections, declarations, and the
   * routes that customers' routers received from edge routers (MSEE) and gateways.
   */
  rest: string
}

/**
 * Computes the fingerprints in the database. A poll that finds no change leaves them unchanged. A session of a
 * customer's router is included only if its neighbor is an MSEE or a gateway with Azure's usual ASN. Other neighbors
 * may send all routes of the Internet. A route from such a session is included one minute after it was reported. Before
 * that, the router may not have reported it after policy yet, although it does not refuse the route.
 */
export async function readForwardingRevision(db: SqlExecutor): Promise<ForwardingDataFingerprints> {
  // the hashes of rows are added, so that their order has no effect
  const tables = await db.query<{ sourceId: number; revision: string }>(
    `SELECT source_id AS "sourceId", concat(count(*), ' ', sum(hashint8extended((id::bigint << 31) | attributes_id, 0)::numeric)) AS revision
     FROM route WHERE kind IN ('learned', 'tables') AND attributes_id IS NOT NULL GROUP BY source_id`,
  )
  const { rows } = await db.query<{ rest: string }>(
    `SELECT concat_ws(' ',
       (SELECT sum(hashtextextended(concat_ws(' ', id, removed_after, config), 0)::numeric) FROM resource),
       (SELECT concat(count(*), ' ', sum(hashint8extended(id, 0)::numeric)) FROM session WHERE kind = 'peers'),
       (SELECT sum(hashtextextended(concat_ws(' ', source_id, state ->> 'routingWeight'), 0)::numeric) FROM connection_state),
       (SELECT max(version) FROM declaration_version),
       (SELECT sum(hashtextextended(concat_ws(' ', s.id, s.state, s.observed_until IS NULL AND c.ended IS NULL), 0)::numeric)
        FROM router_session s JOIN router_connection c ON c.id = s.connection_id WHERE s.neighbor_asn = ANY ($1)),
       (SELECT sum(hashint8extended((r.id::bigint << 31) | r.attributes_id, 0)::numeric)
        FROM router_route r JOIN router_session s ON s.id = r.session_id JOIN router_route_attributes a ON a.router_id = s.router_id AND a.id = r.attributes_id
        WHERE (r.view IN ('adjInPre', 'adjInPost') AND s.neighbor_asn = ANY ($1) AND r.first_present <= now() - interval '1 minute')
           OR (r.view = 'locRib' AND a.attributes ->> 'nextHop' IN (SELECT neighbor FROM router_session WHERE neighbor_asn = ANY ($1))))) AS rest`,
    [[MSEE_ASN, GATEWAY_ASN]],
  )
  return {
    tables: new Map(tables.rows.map(({ sourceId, revision }) => [sourceId, revision])),
    rest: rows[0]?.rest ?? '',
  }
}

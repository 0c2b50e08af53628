import type { EpochMs, RouterRouteAttributes } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/statements.ts'

/** A route that a customer's router had received from one of its neighbors at a moment. */
export interface RouterRouteAt {
  /** Id of the session with the neighbor. */
  sessionId: number
  /**
   * `adjInPost` = a route after the router's import policy; `locRib` = a route that the router uses (RFC 9069), whose
   * next hop is the neighbor.
   */
  view: 'adjInPost' | 'locRib'
  prefix: string
  attributes: RouterRouteAttributes
}

interface RouterRoutesAt {
  /**
   * Ids of the sessions whose router sent reports (BMP) at the moment. For other sessions, a missing route is not
   * evidence that the router had no route
   */
  observed: ReadonlySet<number>
  /** Routes of these sessions. */
  routes: RouterRouteAt[]
  /**
   * Prefixes that the router refused. The neighbor had announced such a prefix for at least a minute, but the prefix
   * was not in the table after policy that the router reports
   */
  refused: { sessionId: number; prefix: string }[]
}

/**
 * SQL for the observed sessions ($1 = ids of sessions, $2 = the moment). The stored end of a connection that is still
 * open is not compared, because it is updated only every few seconds. If a session went down at `fell`, its older
 * routes are ignored. They may be removed from the database only after the end of the session was stored.
 */
const OBSERVED = `SELECT n.id, n.router_id, n.distinguisher, n.neighbor,
    CASE WHEN n.state = 'down' AND n.first_present <= $2 THEN n.first_present END AS fell FROM router_session n
  WHERE n.id = ANY ($1) AND (n.observed_until IS NULL OR n.observed_until >= $2)
    AND EXISTS (SELECT FROM router_connection c WHERE c.router_id = n.router_id AND c.protocol = 'bmp' AND c.from_at <= $2
                AND (c.ended IS NULL OR c.to_at >= $2))`

/**
 * SQL for the refused prefixes ($3 = one minute before the moment). A router reports a route before policy first, and
 * after policy shortly after. A route that has been missing after policy for less than a minute may therefore not be
 * refused.
 */
const REFUSED = `WITH observed AS (${OBSERVED})
  SELECT r.session_id, host(r.prefix) || '/' || masklen(r.prefix) AS prefix
  FROM observed o JOIN router_route r ON r.session_id = o.id AND r.view = 'adjInPre'
    AND (o.fell IS NULL OR r.attributes_id IS NULL OR r.first_present >= o.fell)
  WHERE ((r.attributes_id IS NOT NULL AND r.first_present <= $3)
         OR EXISTS (SELECT FROM router_route_interval i WHERE i.route_id = r.id AND i.first_present <= $3 AND i.first_absent > $2))
    AND EXISTS (
      SELECT FROM router_route p WHERE p.session_id = o.id AND p.view = 'adjInPost'
        AND (p.first_present <= $2 OR EXISTS (SELECT FROM router_route_interval i WHERE i.route_id = p.id AND i.first_present <= $2)))
    AND NOT EXISTS (
      SELECT FROM router_route p WHERE p.session_id = o.id AND p.view = 'adjInPost' AND p.prefix = r.prefix
        AND ((p.attributes_id IS NOT NULL AND p.first_present <= $2)
             OR EXISTS (SELECT FROM router_route_interval i WHERE i.route_id = p.id AND i.first_present <= $2 AND i.first_absent > $3)))
  ORDER BY r.session_id, r.prefix, r.path_id`
const POLICY_APPLIED_MS = 60_000

/**
 * Returns the routes that routers had in these sessions at a moment. Sessions whose router was not observed are left
 * out.
 * @param prefixes prefixes that are read from a router's own table, because the table may contain all routes of the
 *   Internet
 */
export async function readRouterRoutesAt(
  db: SqlExecutor,
  { sessions, prefixes, at }: { sessions: readonly number[]; prefixes: readonly string[]; at: EpochMs },
): Promise<RouterRoutesAt> {
  const observed = await db.query<{ id: number }>(OBSERVED, [sessions, formatIsoTime(at)])
  const { rows } = await db.query<{
    session_id: number
    view: RouterRouteAt['view']
    prefix: string
    attributes: RouterRouteAttributes
  }>(
    `WITH observed AS (${OBSERVED}),
     reported AS (
       SELECT o.id AS session_id, o.router_id, NULL AS hop, r.id, r.view, r.prefix, r.path_id, r.attributes_id, r.first_present
       FROM observed o JOIN router_route r ON r.session_id = o.id AND r.view = 'adjInPost'
         AND (o.fell IS NULL OR r.attributes_id IS NULL OR r.first_present >= o.fell)
       UNION ALL
       SELECT o.id, o.router_id, o.neighbor, r.id, r.view, r.prefix, r.path_id, r.attributes_id, r.first_present
       FROM observed o
       JOIN router_session s ON s.router_id = o.router_id AND s.distinguisher = o.distinguisher AND s.peer_type = 'locRib'
       CROSS JOIN unnest($3::inet[]) AS wanted (prefix)
       JOIN router_route r ON r.session_id = s.id AND r.view = 'locRib' AND r.prefix = wanted.prefix)
     SELECT r.session_id, r.view, host(r.prefix) || '/' || masklen(r.prefix) AS prefix, a.attributes
     FROM reported r
     CROSS JOIN LATERAL (
       SELECT r.attributes_id WHERE r.attributes_id IS NOT NULL AND r.first_present <= $2
       UNION ALL
       SELECT attributes_id FROM router_route_interval
       WHERE route_id = r.id AND first_absent > $2 AND first_present <= $2) i
     JOIN router_route_attributes a ON a.router_id = r.router_id AND a.id = i.attributes_id
     WHERE r.hop IS NULL OR a.attributes ->> 'nextHop' = r.hop
     ORDER BY r.session_id, r.view, r.prefix, r.path_id`,
    [sessions, formatIsoTime(at), prefixes],
  )
  const refused = await db.query<{ session_id: number; prefix: string }>(REFUSED, [
    sessions,
    formatIsoTime(at),
    formatIsoTime(at - POLICY_APPLIED_MS),
  ])
  return {
    refused: refused.rows.map(({ session_id, prefix }) => ({ sessionId: session_id, prefix })),
    observed: new Set(observed.rows.map(({ id }) => id)),
    routes: rows.map(({ session_id, ...route }) => ({ sessionId: session_id, ...route })),
  }
}

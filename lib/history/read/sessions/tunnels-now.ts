import { type Bounds, tunnelState } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { boundsOf } from '../../times.ts'

export interface TunnelNow {
  /** short id of the connection; of the circuit for its Global Reach connections */
  scope: string
  /** '' = a connection of a gateway; `AzurePrivatePeering/connections` = a list of Global Reach connections */
  subresource: string
  /** '' = the connection itself */
  name: string
  /** ARM's word; null = none */
  status: string | null
  /** within which it got this status; it has had no other since */
  since: Bounds
}

interface Row extends Omit<TunnelNow, 'since'> {
  established_at: string | null
  last_absent: Date | null
  first_present: Date
}

/**
 * The status of connections and of their tunnels as last polled. A connection's row is one interval for all that it says, so a tunnel
 * has its status since the first interval after the last one in which it had another, or was not listed.
 * @param query.scope short id of one connection; leave out for all
 */
export async function tunnelsNow(db: Queryable, query: { scope?: string | undefined } = {}): Promise<TunnelNow[]> {
  const { rows } = await db.query<Row>(
    `WITH now AS (
       SELECT c.source_id, r.short_id AS scope, s.subresource, c.state, x.name, x.status, x.established_at, x.part
       FROM connection_state c
       JOIN source s ON s.id = c.source_id
       JOIN resource r ON r.id = s.resource_id
       CROSS JOIN LATERAL (
         SELECT '' AS name, c.state ->> 'connectionStatus' AS status, NULL AS established_at,
                jsonb_build_object('connectionStatus', c.state -> 'connectionStatus') AS part
         UNION ALL
         SELECT t ->> 'name', t ->> 'status', t ->> 'establishedAt',
                jsonb_build_object('tunnels', jsonb_build_array(t - 'establishedAt'))
         FROM jsonb_array_elements(c.state -> 'tunnels') AS t) AS x
       WHERE c.state IS NOT NULL AND ($1::text IS NULL OR r.short_id = $1))
     SELECT n.scope, n.subresource, n.name, n.status, n.established_at, f.last_absent, f.first_present
     FROM now n
     CROSS JOIN LATERAL (
       SELECT b.last_absent, b.first_present FROM connection_span b
       WHERE b.source_id = n.source_id AND b.first_present > coalesce(
         (SELECT max(o.first_present) FROM connection_span o WHERE o.source_id = n.source_id AND NOT o.state @> n.part),
         '-infinity')
       ORDER BY b.first_present LIMIT 1) f
     ORDER BY n.scope, n.subresource, n.name`,
    [query.scope ?? null],
  )
  return rows.map(({ established_at, last_absent, first_present, ...row }) => ({
    ...row,
    since: sinceBy(established_at, row.status, boundsOf(last_absent, first_present)),
  }))
}

/**
 * A tunnel that is up is so since Azure says that it came up, which a restart between two polls moves and its status does not; one that is down
 * fell after that.
 */
function sinceBy(establishedAt: string | null, status: string | null, polled: Bounds): Bounds {
  if (establishedAt === null) return polled
  const at = Date.parse(establishedAt)
  if (tunnelState(status) === 'up') return { earliest: at, latest: at }
  return { earliest: Math.min(Math.max(polled.earliest, at), polled.latest), latest: polled.latest }
}

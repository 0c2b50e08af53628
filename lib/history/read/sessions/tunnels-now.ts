import { type TimestampBounds, parseTunnelState } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns } from '../../times.ts'

export interface CurrentTunnel {
  /** short ID of the connection; for Global Reach connections, of the circuit */
  scope: string
  /** '' = a connection of a gateway; `AzurePrivatePeering/connections` = a list of Global Reach connections */
  subresource: string
  /** name of the tunnel or Global Reach connection; '' = the status of the whole connection */
  name: string
  /** status that ARM reports; null = none */
  status: string | null
  /** bounds of the time at which it got this status, which has not changed since */
  since: TimestampBounds
}

interface Row extends Omit<CurrentTunnel, 'since'> {
  established_at: string | null
  last_absent: Date | null
  first_present: Date
}

/**
 * Returns the status of connections and of their tunnels at the last poll, and since when they have had it. An interval
 * of a connection ends when any of its tunnels changes. Therefore the status of a tunnel began with the first interval
 * after the last one in which this tunnel had another status or was not listed.
 * @param query.scope short ID of one connection; absent = all
 */
export async function readCurrentTunnels(
  db: SqlExecutor,
  query: { scope?: string | undefined } = {},
): Promise<CurrentTunnel[]> {
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
    since: sinceBy(established_at, row.status, createTimeBoundsFromColumns(last_absent, first_present)),
  }))
}

/**
 * Returns bounds of the time since which a tunnel has had its status. For a tunnel that is up, this is the time that
 * Azure reports, because it is the only value that shows a restart between two polls. A tunnel that is down went down
 * after the reported time at which it last came up.
 */
function sinceBy(establishedAt: string | null, status: string | null, polled: TimestampBounds): TimestampBounds {
  if (establishedAt === null) return polled
  const at = Date.parse(establishedAt)
  if (parseTunnelState(status) === 'up') return { earliest: at, latest: at }
  return { earliest: Math.min(Math.max(polled.earliest, at), polled.latest), latest: polled.latest }
}

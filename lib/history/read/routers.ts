import type {
  TimestampBounds,
  EpochMs,
  RouterConnectionEndReason,
  RouterDownReason,
  RouterPeerType,
  RouterReportingProtocol,
  RouterSessionDetails,
} from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns } from '../times.ts'
import { addLoggedDownReasons } from './router-log.ts'

/** A router that reported at least once. */
export interface ReportingRouter {
  id: number
  address: string
  /** the name that the router reports; '' = none */
  name: string
  software: string | null
  firstSeen: EpochMs
  /**
   * Most relevant connection of the router to Peerwatch. An ongoing connection is preferred to an ended one, then BMP
   * to BGP to a log, then the newest one. `to` = time until which all its reports are recorded; `ended` null = ongoing.
   */
  connection: {
    from: EpochMs
    to: EpochMs
    ended: RouterConnectionEndReason | null
    detail: string | null
    protocol: RouterReportingProtocol
  }
}

/** Returns the routers, ordered by name and address. */
export async function readReportingRouters(db: SqlExecutor): Promise<ReportingRouter[]> {
  const rows = await queryRowsInCamelCase<Omit<ReportingRouter, 'connection'> & ReportingRouter['connection']>(
    db,
    `SELECT r.id, r.address, r.name, r.software, r.first_seen, c.from_at AS from, c.to_at AS to, c.ended, c.detail, c.protocol
     FROM router r
     CROSS JOIN LATERAL (SELECT * FROM router_connection c WHERE c.router_id = r.id
                         ORDER BY c.ended IS NULL DESC, c.protocol = 'bmp' DESC, c.protocol, c.to_at DESC LIMIT 1) c
     ORDER BY r.name, r.address`,
  )
  return rows.map(({ from, to, ended, detail, protocol, ...router }) => ({
    ...router,
    connection: { from, to, ended, detail, protocol },
  }))
}

/** A session as reported by the customer's router. */
export interface RouterSession extends RouterSessionDetails {
  id: number
  routerId: number
  peerType: RouterPeerType
  distinguisher: string
  neighbor: string | null
  /** the router's own BGP identifier; null = unknown */
  localBgpId?: string | null
  /** protocol by which the router reported the state; a log (`syslog`) reports only changes */
  protocol: RouterReportingProtocol
  /** state of the session at the router; null = the router has not reported it yet */
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  since: TimestampBounds | null
  established: TimestampBounds | null
  /**
   * time until which this state is known, because the session was not observed later; null = observed now. While the
   * router's own BGP session with the collector is down, its state counts as observed
   */
  observedUntil: EpochMs | null
}

/** Columns of {@link ROUTER_SESSION_COLUMNS}. */
export type RouterSessionColumns = Omit<RouterSession, 'since' | 'established'> & {
  lastAbsent: EpochMs | null
  firstPresent: EpochMs | null
  establishedEarliest: EpochMs | null
  establishedLatest: EpochMs | null
}

export const ROUTER_SESSION_COLUMNS = `s.id, s.router_id, s.peer_type, s.distinguisher, s.table_name, c.protocol, nullif(s.neighbor, '') AS neighbor, s.local_address,
  s.local_asn::float8 AS local_asn, s.neighbor_asn::float8 AS neighbor_asn, s.local_bgp_id, s.neighbor_bgp_id, s.hold_time_seconds, s.state, s.reason,
  s.last_absent, s.first_present, s.established_earliest, s.established_latest,
  CASE WHEN c.protocol = 'bgp' AND s.state = 'down' THEN NULL ELSE coalesce(s.observed_until, CASE WHEN c.ended IS NOT NULL THEN c.to_at END) END AS observed_until`
export const FROM_ROUTER_SESSIONS = 'FROM router_session s JOIN router_connection c ON c.id = s.connection_id'
export const ROUTER_SESSION_ORDER =
  "ORDER BY s.router_id, s.distinguisher, s.peer_type, nullif(s.neighbor, '')::inet NULLS FIRST"

/** Returns the current sessions of all routers, ordered by router and neighbor. */
export async function readReportedSessions(db: SqlExecutor): Promise<RouterSession[]> {
  const rows = await queryRowsInCamelCase<RouterSessionColumns>(
    db,
    `SELECT ${ROUTER_SESSION_COLUMNS} ${FROM_ROUTER_SESSIONS} ${ROUTER_SESSION_ORDER}`,
  )
  return addLoggedDownReasons(db, rows.map(convertRouterSessionRow))
}

export const convertRouterSessionRow = ({
  lastAbsent,
  firstPresent,
  establishedEarliest,
  establishedLatest,
  ...session
}: RouterSessionColumns): RouterSession => ({
  ...session,
  since: createTimeBoundsFromColumns(lastAbsent, firstPresent),
  established: createTimeBoundsFromColumns(establishedEarliest, establishedLatest),
})

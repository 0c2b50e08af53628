import {
  type Bounds,
  type EpochMs,
  type RouterConnectionEnd,
  type RouterDownReason,
  type RouterPeerType,
  type RouterProtocol,
  type RouterRoute,
  type RouterRouteAttributes,
  type RouterSessionFacts,
  type RouterView,
  routerViews,
} from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import type { RouterSessionRow } from '../record/routers/router-session-rows.ts'
import { boundsOf, iso, type SpanColumns } from '../times.ts'
import { withLoggedReasons } from './router-log.ts'

/** A router that reported at least once. */
export interface ReportedRouter {
  id: number
  address: string
  /** as it states it; '' = it states none */
  name: string
  software: string | null
  firstSeen: EpochMs
  /** its newest connection, rather one by BMP; to: what it reported up to then is recorded. ended null = it lasts */
  connection: {
    from: EpochMs
    to: EpochMs
    ended: RouterConnectionEnd | null
    detail: string | null
    protocol: RouterProtocol
  }
}

/** Routers in the order of their names and addresses. */
export async function listRouters(db: Queryable): Promise<ReportedRouter[]> {
  const rows = await readRows<Omit<ReportedRouter, 'connection'> & ReportedRouter['connection']>(
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

/** A session as the customer's router reports it. */
export interface RouterSession extends RouterSessionFacts {
  id: number
  routerId: number
  peerType: RouterPeerType
  distinguisher: string
  neighbor: string | null
  /** the router's own BGP identifier; null = unknown */
  localBgpId?: string | null
  /** what its state is known by: of a log, the changes alone */
  protocol: RouterProtocol
  /** null = the router has not stated it */
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  since: Bounds | null
  established: Bounds | null
  /** up to when it is known to be so; after it, it is not observed. Null = it is observed now: one with the collector is down until it connects */
  observedUntil: EpochMs | null
}

/** Routes in each of a session's tables now. */
export type RouterRouteCounts = Partial<Record<RouterView, number>>

type SessionRow = Omit<RouterSession, 'since' | 'established'> & {
  lastAbsent: EpochMs | null
  firstPresent: EpochMs | null
  establishedEarliest: EpochMs | null
  establishedLatest: EpochMs | null
}

const SESSION = `s.id, s.router_id, s.peer_type, s.distinguisher, nullif(s.neighbor, '') AS neighbor, s.local_address, s.local_asn::float8 AS local_asn,
  s.neighbor_asn::float8 AS neighbor_asn, s.local_bgp_id, s.neighbor_bgp_id, s.hold_time_seconds, s.table_name, c.protocol, s.state, s.reason,
  s.last_absent, s.first_present, s.established_earliest, s.established_latest,
  CASE WHEN c.protocol = 'bgp' AND s.state = 'down' THEN NULL ELSE coalesce(s.observed_until, CASE WHEN c.ended IS NOT NULL THEN c.to_at END) END AS observed_until`
const SESSIONS = 'FROM router_session s JOIN router_connection c ON c.id = s.connection_id'
const ORDER = "ORDER BY s.router_id, s.distinguisher, s.peer_type, nullif(s.neighbor, '')::inet NULLS FIRST"

/** The sessions of all routers now, by router and in the order of their neighbors. */
export async function reportedSessions(db: Queryable): Promise<RouterSession[]> {
  const rows = await readRows<SessionRow>(db, `SELECT ${SESSION} ${SESSIONS} ${ORDER}`)
  return withLoggedReasons(db, rows.map(sessionFrom))
}

/** The sessions of a router now, in the order of their neighbors, with their routes counted. */
export async function routerSessions(
  db: Queryable,
  routerId: number,
): Promise<(RouterSession & { routes: RouterRouteCounts })[]> {
  const rows = await readRows<SessionRow & { routes: RouterRouteCounts | null }>(
    db,
    `SELECT ${SESSION}, n.routes ${SESSIONS}
     LEFT JOIN LATERAL (
       SELECT jsonb_object_agg(v.view, v.n) AS routes
       FROM (SELECT view, count(*)::int AS n FROM router_route WHERE session_id = s.id AND attributes_id IS NOT NULL GROUP BY view) v
     ) n ON true
     WHERE s.router_id = $1 ${ORDER}`,
    [routerId],
  )
  return withLoggedReasons(
    db,
    rows.map(({ routes, ...row }) => ({ ...sessionFrom(row), routes: routes ?? {} })),
  )
}

const sessionFrom = ({
  lastAbsent,
  firstPresent,
  establishedEarliest,
  establishedLatest,
  ...session
}: SessionRow): RouterSession => ({
  ...session,
  since: boundsOf(lastAbsent, firstPresent),
  established: boundsOf(establishedEarliest, establishedLatest),
})

/** What a session was, with the bounds of its begin and end; `to` null = it is so now, or was when it was observed last. */
export interface RouterSessionSpan {
  state: 'up' | 'down'
  reason: RouterDownReason | null
  established: Bounds | null
  from: Bounds
  to: Bounds | null
}

/** Everything that a session was in a period, oldest first. Where the router was not observed meanwhile, {@link routerCoverage} says so. */
export async function routerSessionHistory(
  db: Queryable,
  sessionId: number,
  period: { from: EpochMs; to: EpochMs },
): Promise<RouterSessionSpan[]> {
  const { rows } = await db.query<
    SpanColumns &
      Pick<RouterSessionRow, 'reason' | 'established_earliest' | 'established_latest'> & { state: 'up' | 'down' }
  >(
    `SELECT * FROM (
       SELECT id, state, reason, established_earliest, established_latest, last_absent, first_present, last_present, first_absent
       FROM router_session_interval WHERE session_id = $1 AND first_absent >= $2
       UNION ALL
       SELECT NULL, state, reason, established_earliest, established_latest, last_absent, first_present, last_present, NULL
       FROM router_session WHERE id = $1 AND state IS NOT NULL) spans
     WHERE coalesce(last_absent, first_present) <= $3
     ORDER BY id NULLS LAST`,
    [sessionId, iso(period.from), iso(period.to)],
  )
  const spans = rows.map((row) => ({
    state: row.state,
    reason: row.reason,
    established: row.established_latest && boundsOf(row.established_earliest, row.established_latest),
    from: boundsOf(row.last_absent, row.first_present),
    to: row.first_absent && boundsOf(row.last_present, row.first_absent),
  }))
  const named = spans.map((span) => ({ ...span, id: sessionId, since: span.from }))
  const explained = await withLoggedReasons(db, named, period.to)
  return spans.map((span, index) => ({ ...span, reason: explained[index]?.reason ?? span.reason }))
}

/** When a router was observed in a period by one of its protocols, oldest first; connections of one router may overlap. */
export async function routerCoverage(
  db: Queryable,
  routerId: number,
  period: { from: EpochMs; to: EpochMs; protocol: RouterProtocol },
): Promise<{ from: EpochMs; to: EpochMs; ended: RouterConnectionEnd | null; detail: string | null }[]> {
  return readRows(
    db,
    `SELECT from_at AS from, to_at AS to, ended, detail FROM router_connection
     WHERE router_id = $1 AND to_at >= $2 AND from_at <= $3 AND protocol = $4 ORDER BY from_at, id`,
    [routerId, iso(period.from), iso(period.to), period.protocol],
  )
}

/** A route in a router's table, and what ended it: null = it is there. */
export interface RouterRouteSpan extends Pick<RouterRoute, 'view' | 'prefix' | 'pathId'> {
  attributes: RouterRouteAttributes
  from: Bounds
  to: Bounds | null
  ended: 'withdrawn' | 'replaced' | 'sessionDown' | 'notInTable' | null
}

/** The tables of a session that its router has ever sent a route of. */
export async function routerViewsOf(db: Queryable, sessionId: number): Promise<RouterView[]> {
  const { rows } = await db.query<{ view: RouterView }>(
    `SELECT v.view FROM unnest($2::text[]) v (view)
     WHERE EXISTS (SELECT FROM router_route r WHERE r.session_id = $1 AND r.view = v.view)`,
    [sessionId, routerViews],
  )
  return rows.map(({ view }) => view)
}

/** The routes of a session that were there at some time of a period, by table, prefix and then oldest first; at most `limit`. */
export async function routerRoutes(
  db: Queryable,
  sessionId: number,
  period: { from: EpochMs; to: EpochMs; limit: number; views?: readonly RouterView[] },
): Promise<RouterRouteSpan[]> {
  const { rows } = await db.query<
    SpanColumns & Pick<RouterRouteSpan, 'view' | 'prefix' | 'attributes' | 'ended'> & { path_id: string }
  >(
    `SELECT r.view, host(r.prefix) || '/' || masklen(r.prefix) AS prefix, r.path_id, a.attributes, i.last_absent, i.first_present,
            i.last_present, i.first_absent, i.ended
     FROM router_route r
     JOIN router_session s ON s.id = r.session_id
     CROSS JOIN LATERAL (
       SELECT id, attributes_id, last_absent, first_present, last_present, first_absent, ended
       FROM router_route_interval WHERE route_id = r.id AND first_absent >= $2
       UNION ALL
       SELECT NULL, r.attributes_id, r.last_absent, r.first_present, r.last_present, NULL, NULL WHERE r.attributes_id IS NOT NULL) i
     JOIN router_route_attributes a ON a.router_id = s.router_id AND a.id = i.attributes_id
     WHERE r.session_id = $1 AND r.view = ANY ($5) AND coalesce(i.last_absent, i.first_present) <= $3
     ORDER BY r.view, r.prefix, r.path_id, i.id NULLS LAST
     LIMIT $4`,
    [sessionId, iso(period.from), iso(period.to), period.limit, period.views ?? routerViews],
  )
  return rows.map((row) => ({
    view: row.view,
    prefix: row.prefix,
    pathId: Number(row.path_id) < 0 ? null : Number(row.path_id),
    attributes: row.attributes,
    from: boundsOf(row.last_absent, row.first_present),
    to: row.first_absent && boundsOf(row.last_present, row.first_absent),
    ended: row.ended,
  }))
}

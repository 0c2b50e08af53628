import {
  type TimestampBounds,
  type EpochMs,
  type RouterConnectionEndReason,
  type RouterDownReason,
  type RouterReportingProtocol,
  type RouterRoute,
  type RouterRouteAttributes,
  type MonitoredRib,
  monitoredRibs,
} from '#lib/contract/index.ts'
import { addLoggedDownReasons } from '#lib/history/read/router-log.ts'
import {
  ROUTER_SESSION_ORDER,
  type RouterSession,
  ROUTER_SESSION_COLUMNS,
  convertRouterSessionRow,
  type RouterSessionColumns,
  FROM_ROUTER_SESSIONS,
} from '#lib/history/read/routers.ts'
import { createTimeBoundsFromColumns, formatIsoTime, type PresenceBoundColumns } from '#lib/history/times.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { RouterSessionRow } from '../router-session-rows.ts'

/** Number of current routes of a session, by table. */
type RouterRouteCounts = Partial<Record<MonitoredRib, number>>

/** Returns the sessions of a router in their current state, sorted by neighbor, with their numbers of routes. */
export async function listRouterSessions(
  db: SqlExecutor,
  routerId: number,
): Promise<(RouterSession & { routes: RouterRouteCounts })[]> {
  const rows = await queryRowsInCamelCase<RouterSessionColumns & { routes: RouterRouteCounts | null }>(
    db,
    `SELECT ${ROUTER_SESSION_COLUMNS}, n.routes ${FROM_ROUTER_SESSIONS}
     LEFT JOIN LATERAL (
       SELECT jsonb_object_agg(v.view, v.n) AS routes
       FROM (SELECT view, count(*)::int AS n FROM router_route WHERE session_id = s.id AND attributes_id IS NOT NULL GROUP BY view) v
     ) n ON true
     WHERE s.router_id = $1 ${ROUTER_SESSION_ORDER}`,
    [routerId],
  )
  return addLoggedDownReasons(
    db,
    rows.map(({ routes, ...row }) => ({ ...convertRouterSessionRow(row), routes: routes ?? {} })),
  )
}

/**
 * An interval in which a session had a state, with the earliest and latest times of its begin and end. `to` null = the
 * state is ongoing, or was when the session was last observed.
 */
export interface RouterSessionSpan {
  state: 'up' | 'down'
  reason: RouterDownReason | null
  established: TimestampBounds | null
  from: TimestampBounds
  to: TimestampBounds | null
}

/**
 * Returns the states of a session in a period, oldest first. They do not show when the router was observed; {@link
 * readRouterCoverage} does.
 */
export async function readRouterSessionHistory(
  db: SqlExecutor,
  sessionId: number,
  period: { from: EpochMs; to: EpochMs },
): Promise<RouterSessionSpan[]> {
  const { rows } = await db.query<
    PresenceBoundColumns &
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
    [sessionId, formatIsoTime(period.from), formatIsoTime(period.to)],
  )
  const spans = rows.map((row) => ({
    state: row.state,
    from: createTimeBoundsFromColumns(row.last_absent, row.first_present),
    to: row.first_absent && createTimeBoundsFromColumns(row.last_present, row.first_absent),
    reason: row.reason,
    established:
      row.established_latest && createTimeBoundsFromColumns(row.established_earliest, row.established_latest),
  }))
  const named = spans.map((span) => ({ ...span, id: sessionId, since: span.from }))
  const explained = await addLoggedDownReasons(db, named, period.to)
  return spans.map((span, index) => ({ ...span, reason: explained[index]?.reason ?? span.reason }))
}

/**
 * Returns the times in a period in which a router was connected by a protocol, oldest first. They may overlap, because
 * a router may have several connections.
 */
export async function readRouterCoverage(
  db: SqlExecutor,
  routerId: number,
  period: { from: EpochMs; to: EpochMs; protocol: RouterReportingProtocol },
): Promise<{ from: EpochMs; to: EpochMs; ended: RouterConnectionEndReason | null; detail: string | null }[]> {
  return queryRowsInCamelCase(
    db,
    `SELECT from_at AS from, to_at AS to, ended, detail FROM router_connection
     WHERE router_id = $1 AND to_at >= $2 AND from_at <= $3 AND protocol = $4 ORDER BY from_at, id`,
    [routerId, formatIsoTime(period.from), formatIsoTime(period.to), period.protocol],
  )
}

/**
 * An interval in which a route was in a table of a router with unchanged attributes. `ended` is the reason of its end;
 * null = it is ongoing.
 */
export interface RouterRouteSpan extends Pick<RouterRoute, 'view' | 'prefix' | 'pathId'> {
  attributes: RouterRouteAttributes
  from: TimestampBounds
  to: TimestampBounds | null
  ended: 'withdrawn' | 'replaced' | 'sessionDown' | 'notInTable' | null
}

/** Returns the tables of a session in which the router has ever reported a route. */
export async function readMonitoredRibs(db: SqlExecutor, sessionId: number): Promise<MonitoredRib[]> {
  const { rows } = await db.query<{ view: MonitoredRib }>(
    `SELECT v.view FROM unnest($2::text[]) v (view)
     WHERE EXISTS (SELECT FROM router_route r WHERE r.session_id = $1 AND r.view = v.view)`,
    [sessionId, monitoredRibs],
  )
  return rows.map(({ view }) => view)
}

/**
 * Returns the routes of a session that existed at any time of a period, at most `limit`. They are sorted by table,
 * prefix and time (oldest first).
 */
export async function readRouterRoutes(
  db: SqlExecutor,
  sessionId: number,
  period: { from: EpochMs; to: EpochMs; limit: number; views?: readonly MonitoredRib[] },
): Promise<RouterRouteSpan[]> {
  const { rows } = await db.query<
    PresenceBoundColumns & Pick<RouterRouteSpan, 'view' | 'prefix' | 'attributes' | 'ended'> & { path_id: string }
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
    [sessionId, formatIsoTime(period.from), formatIsoTime(period.to), period.limit, period.views ?? monitoredRibs],
  )
  return rows.map((row) => ({
    view: row.view,
    prefix: row.prefix,
    pathId: Number(row.path_id) < 0 ? null : Number(row.path_id),
    attributes: row.attributes,
    from: createTimeBoundsFromColumns(row.last_absent, row.first_present),
    to: row.first_absent && createTimeBoundsFromColumns(row.last_present, row.first_absent),
    ended: row.ended,
  }))
}

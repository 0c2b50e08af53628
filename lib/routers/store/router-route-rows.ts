import type { PoolClient } from 'pg'
import type { EpochMs, MonitoredRib } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/times.ts'
import { computeAttributesDigest, canonicalizeDatabasePrefix } from '#lib/history/record/routes/route-table.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
  selectUnnestedRows,
  updateRows,
} from '#lib/history/record/write-rows.ts'
import type { PastRouterRoute, RouterRouteState } from './advance-router-route.ts'

/** Path id of a route if its prefix can have only one path (no ADD-PATH). */
export const ONE_PATH_ID = -1

export interface RouterRouteKey {
  sessionId: number
  view: MonitoredRib
  prefix: string
  pathId: number
}

export const formatRouterRouteKey = ({ sessionId, view, prefix, pathId }: RouterRouteKey): string =>
  `${sessionId}/${view}/${pathId}/${prefix}`

/** Changes of one route that a transaction stores. */
export interface RouterRouteTransition extends RouterRouteKey {
  /** Id of the stored route; null = the route was never reported before. */
  id: number | null
  state: RouterRouteState
  past: PastRouterRoute[]
}

type Row = [
  id: number,
  sessionId: number,
  view: MonitoredRib,
  prefix: string,
  pathId: string,
  attributesId: number | null,
  lastAbsent: EpochMs | null,
  firstPresent: EpochMs | null,
  lastPresent: EpochMs | null,
  seenAt: EpochMs,
]

const rounded = (at: EpochMs | null) => (at === null ? null : Math.round(at))

/** Returns the stored routes among those with the given keys, by key. */
export async function loadRouterRoutes(
  client: PoolClient,
  keys: readonly RouterRouteKey[],
): Promise<Map<string, { id: number; state: RouterRouteState }>> {
  const { from, values } = selectUnnestedRows(KEY, keys)
  const { rows } = await client.query<Row>({
    rowMode: 'array',
    text: `SELECT r.id, r.session_id, r.view, r.prefix::text, r.path_id, r.attributes_id,
                  extract(epoch FROM r.last_absent)::float8 * 1000, extract(epoch FROM r.first_present)::float8 * 1000,
                  extract(epoch FROM r.last_present)::float8 * 1000, extract(epoch FROM r.seen_at)::float8 * 1000
           FROM ${from} JOIN router_route r USING (session_id, view, prefix, path_id)`,
    values,
  })
  return new Map(
    rows.map(([id, sessionId, view, text, pathId, attributesId, lastAbsent, firstPresent, lastPresent, seenAt]) => {
      const key = { sessionId, view, prefix: canonicalizeDatabasePrefix(text), pathId: Number(pathId) }
      const open =
        firstPresent === null || lastPresent === null
          ? null
          : {
              lastAbsent: rounded(lastAbsent),
              firstPresent: Math.round(firstPresent),
              lastPresent: Math.round(lastPresent),
            }
      return [formatRouterRouteKey(key), { id, state: { attributesId, open, seenAt: Math.round(seenAt) } }]
    }),
  )
}

const KEY: WrittenColumnDefinitions<RouterRouteKey> = {
  session_id: ['int', ({ sessionId }) => sessionId],
  view: ['text', ({ view }) => view],
  prefix: ['inet', ({ prefix }) => prefix],
  path_id: ['bigint', ({ pathId }) => pathId],
}
const CURRENT: WrittenColumnDefinitions<RouterRouteTransition> = {
  attributes_id: ['int', ({ state }) => state.attributesId],
  ...createOpenIntervalColumns(({ state }) => state.open),
  seen_at: ['timestamptz', ({ state }) => state.seenAt],
}
const ENDED: WrittenColumnDefinitions<PastRouterRoute & { routeId: number | undefined }> = {
  route_id: ['int', ({ routeId }) => routeId],
  attributes_id: ['int', ({ attributesId }) => attributesId],
  ...createClosedIntervalColumns(({ past }) => past),
  ended: ['text', ({ ended }) => ended],
}

/**
 * Stores the changes of routes, with at most three statements: an update of the known routes, an insert of the new
 * routes, and an insert of the ended intervals.
 */
export async function saveRouterRoutes(client: PoolClient, steps: readonly RouterRouteTransition[]): Promise<void> {
  const { known = [], fresh = [] } = Object.groupBy(steps, ({ id }) => (id === null ? 'fresh' : 'known'))
  await updateRows(client, 'router_route', { id: ['int', ({ id }) => id] }, CURRENT, known)
  const ids = await addRoutes(client, fresh)
  const past = steps.flatMap((step) =>
    step.past.map((one) => ({ ...one, routeId: step.id ?? ids.get(formatRouterRouteKey(step)) })),
  )
  await insertRows(client, 'router_route_interval', ENDED, past)
}

/**
 * Inserts routes that were reported for the first time.
 * @returns ids of the new rows, by the key of the route
 */
async function addRoutes(client: PoolClient, fresh: readonly RouterRouteTransition[]): Promise<Map<string, number>> {
  interface Added {
    id: number
    session_id: number
    view: MonitoredRib
    prefix: string
    path_id: string
  }
  const rows = await insertRows<RouterRouteTransition, Added>(client, 'router_route', { ...KEY, ...CURRENT }, fresh, {
    more: 'RETURNING id, session_id, view, prefix::text, path_id',
  })
  return new Map(
    rows.map(({ id, session_id: sessionId, view, prefix, path_id: pathId }) => [
      formatRouterRouteKey({ sessionId, view, prefix: canonicalizeDatabasePrefix(prefix), pathId: Number(pathId) }),
      id,
    ]),
  )
}

/**
 * Returns the ids of attribute sets of a router by their text. New sets are stored. Two calls for the same router never
 * run at the same time, because its row is locked.
 */
export async function ensureRouterAttributeIds(
  client: PoolClient,
  routerId: number,
  texts: readonly string[],
): Promise<Map<string, number>> {
  if (texts.length === 0) return new Map()
  const digests = new Map(texts.map((text) => [computeAttributesDigest(text).toString('hex'), text]))
  const buffers = [...digests.keys()].map((hex) => Buffer.from(hex, 'hex'))
  const { rows } = await client.query<{ id: number; digest: Buffer }>(
    `WITH added AS (
       INSERT INTO router_route_attributes (router_id, digest, attributes)
       SELECT $1, n.digest, n.attributes FROM unnest($2::bytea[], $3::jsonb[]) AS n (digest, attributes)
       WHERE NOT EXISTS (SELECT FROM router_route_attributes a WHERE a.router_id = $1 AND a.digest = n.digest)
       RETURNING id, digest)
     SELECT id, digest FROM added
     UNION ALL SELECT id, digest FROM router_route_attributes WHERE router_id = $1 AND digest = ANY ($2::bytea[])`,
    [routerId, buffers, [...digests.values()]],
  )
  return new Map(rows.map(({ id, digest }) => [digests.get(digest.toString('hex')) ?? '', id]))
}

/** Selection of the routes of a session that end at the same time. */
interface RouterRouteSweep {
  sessionId: number
  /**
   * Table and address family whose routes end if they were not reported since `notSeenSince`; null = all routes of the
   * session, in all tables.
   */
  table: { view: MonitoredRib; family: 'ipv4' | 'ipv6'; notSeenSince: EpochMs } | null
  earliest: EpochMs | null
  at: EpochMs
  ended: 'sessionDown' | 'notInTable'
  /** maximum number of routes that end; absent = no limit */
  most?: number
}

/**
 * Ends routes for which the router sends no withdrawal: their session went down, or they are missing from a table that
 * the router sent again.
 * @returns number of routes that ended
 */
export async function endRouterRoutes(client: PoolClient, sweep: RouterRouteSweep): Promise<number> {
  const { table } = sweep
  const { rowCount } = await client.query(
    `WITH gone AS (
       SELECT id, attributes_id, last_absent, first_present FROM router_route
       WHERE session_id = $1 AND attributes_id IS NOT NULL
         AND ($5::text IS NULL OR (view = $5 AND family(prefix) = $6 AND seen_at < $7))
       LIMIT $8),
     past AS (
       INSERT INTO router_route_interval (route_id, attributes_id, last_absent, first_present, last_present, first_absent, ended)
       SELECT id, attributes_id, last_absent, first_present,
              least(coalesce($2::timestamptz, first_present), greatest($3::timestamptz, first_present)),
              greatest($3::timestamptz, first_present), $4
       FROM gone)
     UPDATE router_route r
     SET attributes_id = NULL, last_absent = NULL, first_present = NULL, last_present = NULL, seen_at = $3
     FROM gone WHERE r.id = gone.id`,
    [
      sweep.sessionId,
      formatIsoTime(sweep.earliest),
      formatIsoTime(sweep.at),
      sweep.ended,
      table?.view ?? null,
      table?.family === 'ipv6' ? 6 : 4,
      formatIsoTime(table?.notSeenSince ?? null),
      sweep.most ?? null,
    ],
  )
  return rowCount ?? 0
}

/**
 * Ends routes of sessions that went down, if a station stored the end of the session ahead of its routes and then
 * stopped. Each route ends with the first end of its session after the route began. It must be called when a router
 * connects and none of its reports wait.
 */
export async function endRoutesOfEndedSessions(db: SqlExecutor, routerId: number): Promise<void> {
  await db.query(
    `WITH gone AS (
       SELECT r.id, r.attributes_id, r.last_absent, r.first_present, d.last_absent AS earliest, d.first_present AS at
       FROM router_session s
       JOIN router_connection c ON c.id = s.connection_id AND s.seen_at >= c.to_at
       JOIN router_route r ON r.session_id = s.id AND r.attributes_id IS NOT NULL
       CROSS JOIN LATERAL (
         SELECT * FROM (
           SELECT i.last_absent, i.first_present FROM router_session_interval i
           WHERE i.session_id = s.id AND i.state = 'down' AND i.first_absent >= r.first_present
           UNION ALL SELECT s.last_absent, s.first_present WHERE s.state = 'down') ends
         WHERE first_present > r.first_present ORDER BY first_present LIMIT 1) d
       WHERE s.router_id = $1),
     past AS (
       INSERT INTO router_route_interval (route_id, attributes_id, last_absent, first_present, last_present, first_absent, ended)
       SELECT id, attributes_id, last_absent, first_present, least(coalesce(earliest, first_present), at), at, 'sessionDown'
       FROM gone)
     UPDATE router_route r
     SET attributes_id = NULL, last_absent = NULL, first_present = NULL, last_present = NULL, seen_at = gone.at
     FROM gone WHERE r.id = gone.id`,
    [routerId],
  )
}

/** Returns the number of stored routes of a router, including withdrawn routes. */
export async function countRouterRoutes(client: PoolClient, routerId: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM router_route r JOIN router_session s ON s.id = r.session_id WHERE s.router_id = $1`,
    [routerId],
  )
  return rows[0]?.n ?? 0
}

import type { PoolClient } from 'pg'
import type { EpochMs, RouterView } from '#lib/contract/index.ts'
import { iso } from '../../times.ts'
import { digestOf, prefixFromDatabase } from '../route-table.ts'
import type { PastRouterRoute, RouterRouteState } from './advance-router-route.ts'

/** Path id of a route that is the only one to its prefix. */
export const ONE_PATH = -1

export interface RouterRouteKey {
  sessionId: number
  view: RouterView
  prefix: string
  pathId: number
}

export const routerRouteKey = ({ sessionId, view, prefix, pathId }: RouterRouteKey): string =>
  `${sessionId}/${view}/${pathId}/${prefix}`

/** What a batch makes of one route. */
export interface RouterRouteStep extends RouterRouteKey {
  /** null = it was never reported before */
  id: number | null
  state: RouterRouteState
  past: PastRouterRoute[]
}

type Row = [
  id: number,
  sessionId: number,
  view: RouterView,
  prefix: string,
  pathId: string,
  attributesId: number | null,
  lastAbsent: EpochMs | null,
  firstPresent: EpochMs | null,
  lastPresent: EpochMs | null,
  seenAt: EpochMs,
]

const rounded = (at: EpochMs | null) => (at === null ? null : Math.round(at))

/** The routes of a batch that are known, by their key. */
export async function loadRouterRoutes(
  client: PoolClient,
  keys: readonly RouterRouteKey[],
): Promise<Map<string, { id: number; state: RouterRouteState }>> {
  const { rows } = await client.query<Row>({
    rowMode: 'array',
    text: `SELECT r.id, r.session_id, r.view, r.prefix::text, r.path_id, r.attributes_id,
                  extract(epoch FROM r.last_absent)::float8 * 1000, extract(epoch FROM r.first_present)::float8 * 1000,
                  extract(epoch FROM r.last_present)::float8 * 1000, extract(epoch FROM r.seen_at)::float8 * 1000
           FROM unnest($1::int[], $2::text[], $3::inet[], $4::bigint[]) AS n (session_id, view, prefix, path_id)
           JOIN router_route r USING (session_id, view, prefix, path_id)`,
    values: columns(keys),
  })
  return new Map(
    rows.map(([id, sessionId, view, text, pathId, attributesId, lastAbsent, firstPresent, lastPresent, seenAt]) => {
      const key = { sessionId, view, prefix: prefixFromDatabase(text), pathId: Number(pathId) }
      const open =
        firstPresent === null || lastPresent === null
          ? null
          : {
              lastAbsent: rounded(lastAbsent),
              firstPresent: Math.round(firstPresent),
              lastPresent: Math.round(lastPresent),
            }
      return [routerRouteKey(key), { id, state: { attributesId, open, seenAt: Math.round(seenAt) } }]
    }),
  )
}

const columns = (keys: readonly RouterRouteKey[]) => [
  keys.map(({ sessionId }) => sessionId),
  keys.map(({ view }) => view),
  keys.map(({ prefix }) => prefix),
  keys.map(({ pathId }) => pathId),
]

const current = (steps: readonly RouterRouteStep[]) => [
  steps.map(({ state }) => state.attributesId),
  steps.map(({ state }) => iso(state.open?.lastAbsent ?? null)),
  steps.map(({ state }) => iso(state.open?.firstPresent ?? null)),
  steps.map(({ state }) => iso(state.open?.lastPresent ?? null)),
  steps.map(({ state }) => iso(state.seenAt)),
]

/** Writes what a batch makes of routes, each table in one statement. */
export async function saveRouterRoutes(client: PoolClient, steps: readonly RouterRouteStep[]): Promise<void> {
  const known = steps.filter(({ id }) => id !== null)
  if (known.length > 0) {
    await client.query(
      `UPDATE router_route r
       SET attributes_id = n.attributes_id, last_absent = n.last_absent, first_present = n.first_present,
           last_present = n.last_present, seen_at = n.seen_at
       FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
         AS n (id, attributes_id, last_absent, first_present, last_present, seen_at)
       WHERE r.id = n.id`,
      [known.map(({ id }) => id), ...current(known)],
    )
  }
  const ids = await addRoutes(
    client,
    steps.filter(({ id }) => id === null),
  )
  const past = steps.flatMap((step) =>
    step.past.map((one) => ({ ...one, routeId: step.id ?? ids.get(routerRouteKey(step)) })),
  )
  if (past.length === 0) return
  await client.query(
    `INSERT INTO router_route_interval (route_id, attributes_id, last_absent, first_present, last_present, first_absent, ended)
     SELECT * FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::text[])`,
    [
      past.map(({ routeId }) => routeId),
      past.map(({ attributesId }) => attributesId),
      past.map((one) => iso(one.past.lastAbsent)),
      past.map((one) => iso(one.past.firstPresent)),
      past.map((one) => iso(one.past.lastPresent)),
      past.map((one) => iso(one.past.firstAbsent)),
      past.map(({ ended }) => ended),
    ],
  )
}

/** @returns ids by key */
async function addRoutes(client: PoolClient, fresh: readonly RouterRouteStep[]): Promise<Map<string, number>> {
  if (fresh.length === 0) return new Map()
  const { rows } = await client.query<[number, number, RouterView, string, string]>({
    rowMode: 'array',
    text: `INSERT INTO router_route (session_id, view, prefix, path_id, attributes_id, last_absent, first_present, last_present, seen_at)
           SELECT * FROM unnest($1::int[], $2::text[], $3::inet[], $4::bigint[], $5::int[], $6::timestamptz[], $7::timestamptz[],
                                $8::timestamptz[], $9::timestamptz[])
           RETURNING id, session_id, view, prefix::text, path_id`,
    values: [...columns(fresh), ...current(fresh)],
  })
  return new Map(
    rows.map(([id, sessionId, view, prefix, pathId]) => [
      routerRouteKey({ sessionId, view, prefix: prefixFromDatabase(prefix), pathId: Number(pathId) }),
      id,
    ]),
  )
}

/** Numbers of attribute sets by their text; those that are new to the router get one. Its recorders take turns. */
export async function numberRouterAttributes(
  client: PoolClient,
  routerId: number,
  texts: readonly string[],
): Promise<Map<string, number>> {
  if (texts.length === 0) return new Map()
  const digests = new Map(texts.map((text) => [digestOf(text).toString('hex'), text]))
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

/** Which routes of a session end together. */
interface RouterRouteSweep {
  sessionId: number
  /** null = of all tables */
  table: { view: RouterView; family: 'ipv4' | 'ipv6'; notSeenSince: EpochMs } | null
  earliest: EpochMs | null
  at: EpochMs
  ended: 'sessionDown' | 'notInTable'
}

/** Ends routes of which a router sends no withdrawal: those of a session that is down, and those that a table no longer has. */
export async function endRouterRoutes(client: PoolClient, sweep: RouterRouteSweep): Promise<void> {
  const { table } = sweep
  await client.query(
    `WITH gone AS (
       SELECT id, attributes_id, last_absent, first_present FROM router_route
       WHERE session_id = $1 AND attributes_id IS NOT NULL
         AND ($5::text IS NULL OR (view = $5 AND family(prefix) = $6 AND seen_at < $7))),
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
      iso(sweep.earliest),
      iso(sweep.at),
      sweep.ended,
      table?.view ?? null,
      table?.family === 'ipv6' ? 6 : 4,
      iso(table?.notSeenSince ?? null),
    ],
  )
}

/** Rows of routes that a router has or had. */
export async function countRouterRoutes(client: PoolClient, routerId: number): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM router_route r JOIN router_session s ON s.id = r.session_id WHERE s.router_id = $1`,
    [routerId],
  )
  return rows[0]?.n ?? 0
}

import type { EpochMs, RouterConnectionEnd, RouterPeer, RouterProtocol } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../../times.ts'
import { type Columns, updateRows } from '../rows.ts'

/** A router's connection as history names it. */
export interface RouterConnectionKey {
  routerId: number
  connectionId: string
  protocol: RouterProtocol
}

/** Begins a connection; the router is known by its address and the name that it states from then on. */
export async function openRouterConnection(
  db: Queryable,
  router: { address: string; name: string; software: string | null; at: EpochMs },
): Promise<RouterConnectionKey> {
  const { address, name, software, at } = router
  return opened(
    db,
    `WITH r AS (
       INSERT INTO router (address, name, software, first_seen) VALUES ($1, $2, $3, $4)
       ON CONFLICT (address, name) DO UPDATE SET software = excluded.software
       RETURNING id)
     INSERT INTO router_connection (router_id, from_at, to_at) SELECT id, $4, $4 FROM r`,
    [address, name, software, iso(at)],
  )
}

/**
 * Begins a session of a router with the collector: the router that reports by BMP at this address, by this name where several do, or the only one that
 * states this name and has this ASN; else one that is known by the name.
 * @param router.name as its OPEN states it, else its BGP identifier
 */
export async function openRouterCollector(
  db: Queryable,
  { address, name, asn, at }: { address: string; name: string; asn: number | null; at: EpochMs },
): Promise<RouterConnectionKey> {
  const { rows: byBmp } = await db.query<{ id: number; address: string; name: string }>(
    `SELECT r.id, r.address, r.name FROM router r
     WHERE EXISTS (SELECT FROM router_connection c WHERE c.router_id = r.id AND c.protocol = 'bmp')
       AND (r.address = $1 OR (r.name = $2 AND EXISTS (SELECT FROM router_session s WHERE s.router_id = r.id AND s.local_asn = $3)))`,
    [address, name, asn],
  )
  const here = byBmp.filter((router) => router.address === address)
  const found =
    here.find((router) => router.name === name) ?? only(here) ?? (here.length === 0 ? only(byBmp) : undefined)
  return openBeside(db, found?.id ?? null, { address, name, at, protocol: 'bgp' })
}

const only = <Router>(known: readonly Router[]) => (known.length === 1 ? known[0] : undefined)

/**
 * Begins to record the log of a router: the one at this address that reports by BMP, if it is about its neighbors, else the one that is known
 * by this name. An address that sends the lines of several routers may report by BMP itself.
 * @param options.name as its lines state it; '' = they state none
 * @param options.neighbors that its lines are about
 */
export async function openRouterLog(
  db: Queryable,
  { address, name, at, neighbors }: { address: string; name: string; at: EpochMs; neighbors: readonly string[] },
): Promise<RouterConnectionKey> {
  const { rows } = await db.query<{ id: number; name: string; by_bmp: boolean; has_neighbor: boolean | null }>(
    `SELECT r.id, r.name, EXISTS (SELECT FROM router_connection c WHERE c.router_id = r.id AND c.protocol = 'bmp') AS by_bmp,
       (SELECT bool_or(s.neighbor = ANY ($2)) FROM router_session s JOIN router_connection c ON c.id = s.connection_id
        WHERE s.router_id = r.id AND c.protocol = 'bmp' AND s.neighbor <> '') AS has_neighbor
     FROM router r WHERE r.address = $1 ORDER BY r.id`,
    [address, neighbors],
  )
  const byBmp = rows.filter(({ by_bmp: reports }) => reports)
  // a router that has reported no session yet may be the one
  const own = byBmp.filter(({ has_neighbor: has }) => name === '' || has !== false)
  const namesake = (known: typeof rows) => known.find((router) => router.name === name)
  const found =
    namesake(byBmp) ??
    (byBmp.length === 1 ? own[0] : undefined) ??
    namesake(rows) ??
    (name === '' ? only(rows) : undefined)
  return openBeside(db, found?.id ?? null, { address, name, at, protocol: 'syslog' })
}

/** @param id of the router; null = the one of this name at this address, which may be new */
function openBeside(
  db: Queryable,
  id: number | null,
  { address, name, at, protocol }: { address: string; name: string; at: EpochMs; protocol: RouterProtocol },
): Promise<RouterConnectionKey> {
  return opened(
    db,
    `WITH added AS (
       INSERT INTO router (address, name, first_seen) SELECT $2, $3, $4 WHERE $1::int IS NULL
       ON CONFLICT (address, name) DO UPDATE SET address = excluded.address
       RETURNING id)
     INSERT INTO router_connection (router_id, from_at, to_at, protocol)
     SELECT coalesce($1::int, (SELECT id FROM added)), $4, $4, $5`,
    [id, address, name, iso(at), protocol],
  )
}

async function opened(db: Queryable, sql: string, values: unknown[]): Promise<RouterConnectionKey> {
  const returning = 'RETURNING router_id AS "routerId", id AS "connectionId", protocol'
  const { rows } = await db.query<RouterConnectionKey>(`${sql} ${returning}`, values)
  const [key] = rows
  if (!key) throw new Error('the connection was not stored')
  return key
}

/** Says of connections that last: everything that they reported up to a moment is recorded. */
export async function extendRouterConnections(db: Queryable, ids: readonly string[], at: EpochMs): Promise<void> {
  if (ids.length === 0) return
  await db.query(
    `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = NULL
     WHERE id = ANY ($1::bigint[]) AND (ended IS NULL OR ended = 'vanished')`,
    [ids, iso(at)],
  )
}

/** Ends a connection. @param until up to when it is known that nothing else was reported */
export async function closeRouterConnection(
  db: Queryable,
  id: string,
  end: { until: EpochMs; ended: RouterConnectionEnd; detail: string },
): Promise<void> {
  await db.query(
    `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = $3, detail = nullif($4, '')
     WHERE id = $1 AND (ended IS NULL OR ended = 'vanished')`,
    [id, iso(end.until), end.ended, end.detail],
  )
}

/** Has another connection of the same router observe its sessions with these neighbors, which it has reported all the while. */
export async function handOverRouterSessions(
  db: Queryable,
  from: RouterConnectionKey,
  to: RouterConnectionKey,
  peers: readonly RouterPeer[],
): Promise<void> {
  const keys: Columns<RouterPeer> = {
    router_id: ['int', () => from.routerId],
    distinguisher: ['text', ({ distinguisher }) => distinguisher],
    neighbor: ['text', ({ neighbor }) => neighbor ?? ''],
  }
  const columns: Columns<RouterPeer> = {
    connection_id: ['bigint', () => to.connectionId],
    former: ['bigint', () => from.connectionId],
    type: ['text', ({ type }) => type],
  }
  const where = 't.connection_id = n.former AND t.peer_type::text = n.type'
  await updateRows(db, 'router_session', keys, columns, peers, { set: { former: null, type: null }, where })
}

/**
 * Ends connections that nobody has extended since a moment: their station is gone, and what it knew last stands.
 * @param own of the station that asks; these last, also while much of theirs waits
 * @returns how many
 */
export async function endVanishedRouterConnections(
  db: Queryable,
  before: EpochMs,
  own: readonly string[] = [],
): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE router_connection SET ended = 'vanished' WHERE ended IS NULL AND to_at < $1 AND id <> ALL ($2::bigint[])`,
    [iso(before), own],
  )
  return rowCount ?? 0
}

import type { EpochMs, RouterConnectionEndReason, RouterPeer, RouterReportingProtocol } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/times.ts'
import { type WrittenColumnDefinitions, updateRows } from '#lib/history/record/write-rows.ts'
import { RouterLimitError } from '../bmp/router-limit-error.ts'

/**
 * Maximum number of routers at one address that connect by BMP or BGP. Each host name counts as a router, so an address
 * could otherwise create any number of them.
 */
const MAX_ROUTERS_OF_ADDRESS = 16

/**
 * Maximum number of routers at one address that sends logs. It is higher than the maximum for BMP and BGP, because a
 * relay sends the logs of many routers.
 */
const MAX_ROUTERS_OF_RELAY = 250

/** Ids of a router's connection in the database. */
export interface RouterConnectionKey {
  routerId: number
  connectionId: string
  protocol: RouterReportingProtocol
}

/** A router that has connected. `name` is the name that it sent; '' = none. */
interface OpenedRouter {
  address: string
  name: string
  software: string | null
  at: EpochMs
}

/**
 * Stores a new BMP connection of the router with this address and name.
 * @throws RouterLimitError if the router is new and the address already has {@link MAX_ROUTERS_OF_ADDRESS} routers
 */
export async function addBmpConnection(db: SqlExecutor, router: OpenedRouter): Promise<RouterConnectionKey> {
  const id = await addRouter(db, router)
  return openBeside(db, id, { ...router, protocol: 'bmp' })
}

/** Returns the id of the router with this address and name. A new router is stored. */
async function addRouter(
  db: SqlExecutor,
  { address, name, software, at }: OpenedRouter,
  protocol: RouterReportingProtocol = 'bmp',
): Promise<number> {
  // An address may have more routers for logs. Routers that are known only by logs do not count for the limit of BMP
  // and BGP.
  const [max, protocols] =
    protocol === 'syslog' ? [MAX_ROUTERS_OF_RELAY, ['bmp', 'bgp', 'syslog']] : [MAX_ROUTERS_OF_ADDRESS, ['bmp', 'bgp']]
  const { rows } = await db.query<{ id: number }>(
    `INSERT INTO router (address, name, software, first_seen)
     SELECT $1, $2, $3, $4
     WHERE EXISTS (SELECT FROM router WHERE address = $1 AND name = $2)
        OR (SELECT count(*) FROM router r WHERE r.address = $1
            AND EXISTS (SELECT FROM router_connection c WHERE c.router_id = r.id AND c.protocol = ANY ($6))) < $5
     ON CONFLICT (address, name) DO UPDATE SET software = coalesce(excluded.software, router.software)
     RETURNING id`,
    [address, name, software, formatIsoTime(at), max, protocols],
  )
  const [row] = rows
  if (row) return row.id
  throw new RouterLimitError(
    `${address} has ${max} routers with other names; that is the maximum of one address: delete the routers that are gone`,
  )
}

/** ASN and BGP identifier of a router from its OPEN; `bgpId` null = unknown. */
interface RouterIdentity {
  asn: number
  bgpId: string | null
}

interface RouterAtAddress {
  id: number
  name: string
  isReportedByBmp: boolean
  identities: RouterIdentity[]
}

/**
 * Stores a new connection for a router's BGP session with Peerwatch's collector, and finds the router that it belongs
 * to. It is the first of these routers at the same address:
 * - The router for which BMP reported the same ASN and BGP identifier.
 * - A router that reports by BMP, if an operator declared the ASN for this address: the only one, or the one with the
 *   same name.
 * - A router known without BMP, with the same ASN and identifier. If the OPEN is not known, the one with the same name.
 * - A router with the same name whose ASN and identifier are not known yet.
 * Otherwise the session belongs to a separate router. An equal host name is not sufficient if the identifiers differ
 * (ADR 0289).
 * @param router.name host name in the OPEN, or the BGP identifier if there is none
 * @param router.asn null = the OPEN is not known
 * @param declared ASNs that operators declared for the address
 * @throws RouterLimitError if the address already has {@link MAX_ROUTERS_OF_ADDRESS} routers
 */
export async function openRouterCollector(
  db: SqlExecutor,
  router: { address: string; name: string; asn: number | null; bgpId?: string | null; at: EpochMs },
  declared: readonly number[] = [],
): Promise<RouterConnectionKey> {
  const { address, name, asn, bgpId = null, at } = router
  const identity = asn === null ? null : { asn, bgpId }
  const here = await readRoutersAt(db, address)
  const byBmp = here.filter(({ isReportedByBmp }) => isReportedByBmp)
  const others = here.filter(({ isReportedByBmp }) => !isReportedByBmp)
  const found =
    findByIdentity(byBmp, identity) ??
    (identity && declared.includes(identity.asn) ? (only(byBmp) ?? namesake(byBmp, name)) : undefined) ??
    findByIdentity(others, identity) ??
    others.find((one) => one.name === name && identity === null) ??
    // last, search for a router with the same name whose ASN and identifier are unknown, because it is known only by a
    // log, or by BMP without a session
    namesake(
      here.filter(({ identities }) => identities.length === 0),
      name,
    )
  const own = { address, name: identity ? findFreeName(here, name, identity) : name, at, protocol: 'bgp' as const }
  return openBeside(db, found?.id ?? null, own)
}

/**
 * Assigns a BMP connection to a separate router before it reports its first session. This happens if another router
 * with the same address and name is connected and has another ASN or BGP identifier.
 * @returns key of the connection at the separate router; null = the connection stays with its router
 * @throws RouterLimitError if the address already has {@link MAX_ROUTERS_OF_ADDRESS} routers
 */
export async function separateRouterConnection(
  db: SqlExecutor,
  key: RouterConnectionKey,
  { address, name, software, at, ...identity }: RouterIdentity & OpenedRouter,
): Promise<RouterConnectionKey | null> {
  const here = await readRoutersAt(db, address)
  const current = here.find(({ id }) => id === key.routerId)
  if (!current || current.identities.length === 0 || findByIdentity([current], identity)) return null
  const { rows } = await db.query(
    `SELECT FROM router_connection WHERE router_id = $1 AND id <> $2 AND ended IS NULL
       AND NOT EXISTS (SELECT FROM router_session WHERE connection_id = $2) LIMIT 1`,
    [key.routerId, key.connectionId],
  )
  if (rows.length === 0) return null
  const others = here.filter((one) => one !== current)
  const ownName = findFreeName(here, name, identity)
  const id = findByIdentity(others, identity)?.id ?? (await addRouter(db, { address, name: ownName, software, at }))
  await db.query('UPDATE router_connection SET router_id = $2 WHERE id = $1', [key.connectionId, id])
  return { ...key, routerId: id }
}

async function readRoutersAt(db: SqlExecutor, address: string): Promise<RouterAtAddress[]> {
  const { rows } = await db.query<RouterAtAddress>(
    `SELECT r.id, r.name, EXISTS (SELECT FROM router_connection c WHERE c.router_id = r.id AND c.protocol = 'bmp') AS "isReportedByBmp",
       coalesce((SELECT jsonb_agg(DISTINCT jsonb_build_object('asn', s.local_asn, 'bgpId', s.local_bgp_id))
                 FROM router_session s WHERE s.router_id = r.id AND s.local_asn IS NOT NULL), '[]') AS identities
     FROM router r WHERE r.address = $1 ORDER BY r.id`,
    [address],
  )
  return rows
}

/**
 * Returns the router with this ASN and BGP identifier. If one of the identifiers is unknown, the ASN is sufficient if
 * only one router has it.
 */
function findByIdentity(known: readonly RouterAtAddress[], identity: RouterIdentity | null) {
  if (identity === null) return undefined
  const { asn, bgpId } = identity
  const exact = known.find(({ identities }) => identities.some((one) => one.asn === asn && one.bgpId === bgpId))
  const isLike = (one: RouterIdentity) => one.asn === asn && (one.bgpId === null || bgpId === null)
  return exact ?? only(known.filter(({ identities }) => identities.some(isLike)))
}

/**
 * Returns a name for a router that is unique at its address. If another router has the same name, the ASN and BGP
 * identifier are added, for example `ce1 (AS 65001, 10.0.0.1)`.
 */
const findFreeName = (here: readonly RouterAtAddress[], name: string, { asn, bgpId }: RouterIdentity): string =>
  namesake(here, name) ? `${name} (AS ${asn}${bgpId === null || bgpId === name ? '' : `, ${bgpId}`})`.trim() : name

const namesake = <Router extends { name: string }>(known: readonly Router[], name: string) =>
  known.find((router) => router.name === name)

const only = <Router>(known: readonly Router[]) => (known.length === 1 ? known[0] : undefined)

/**
 * Stores a new connection for the log of a router, and finds the router that it belongs to. An address may send the
 * logs of several routers. It is the first of these routers at the address:
 * - The router that reports by BMP and has the name.
 * - The only router that reports by BMP, if the lines name one of its neighbors, its neighbors are not known yet, or
 *   the lines have no name.
 * - The router with the name. If the lines have no name, the only router at the address.
 * Otherwise it is a new router.
 * @param options.name host name in the lines; '' = none
 * @param options.neighbors neighbors that the lines name
 */
export async function openRouterLog(
  db: SqlExecutor,
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
  // include routers without sessions (has_neighbor is null), because their neighbors are not known yet
  const own = byBmp.filter(({ has_neighbor: has }) => name === '' || has !== false)
  const found =
    namesake(byBmp, name) ??
    (byBmp.length === 1 ? own[0] : undefined) ??
    namesake(rows, name) ??
    (name === '' ? only(rows) : undefined)
  return openBeside(db, found?.id ?? null, { address, name, at, protocol: 'syslog' })
}

/**
 * Stores a new connection of a router. Its other connections stay open.
 * @param id id of the router; null = the router with this name at this address, which is stored if it is new
 */
async function openBeside(
  db: SqlExecutor,
  id: number | null,
  { address, name, at, protocol }: { address: string; name: string; at: EpochMs; protocol: RouterReportingProtocol },
): Promise<RouterConnectionKey> {
  const routerId = id ?? (await addRouter(db, { address, name, software: null, at }, protocol))
  const { rows } = await db.query<RouterConnectionKey>(
    `INSERT INTO router_connection (router_id, from_at, to_at, protocol) VALUES ($1, $2, $2, $3)
     RETURNING router_id AS "routerId", id AS "connectionId", protocol`,
    [routerId, formatIsoTime(at), protocol],
  )
  const [key] = rows
  if (!key) throw new Error('the connection was not stored')
  return key
}

/**
 * Sets the time until which open connections were observed to `at`, because all their reports until then are recorded.
 */
export async function extendRouterConnections(db: SqlExecutor, ids: readonly string[], at: EpochMs): Promise<void> {
  if (ids.length === 0) return
  await db.query(
    `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = NULL
     WHERE id = ANY ($1::bigint[]) AND (ended IS NULL OR ended = 'vanished')`,
    [ids, formatIsoTime(at)],
  )
}

/**
 * Stores the end of a connection.
 * @param end.until time until which the reports of the connection are completely known
 */
export async function closeRouterConnection(
  db: SqlExecutor,
  id: string,
  end: { until: EpochMs; ended: RouterConnectionEndReason; detail: string },
): Promise<void> {
  await db.query(
    `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = $3, detail = nullif($4, '')
     WHERE id = $1 AND (ended IS NULL OR ended = 'vanished')`,
    [id, formatIsoTime(end.until), end.ended, end.detail],
  )
}

/**
 * Assigns sessions to another connection of the same router that also reported them without a gap.
 * @param peers the neighbors of these sessions
 */
export async function reassignRouterSessions(
  db: SqlExecutor,
  from: RouterConnectionKey,
  to: RouterConnectionKey,
  peers: readonly RouterPeer[],
): Promise<void> {
  const keys: WrittenColumnDefinitions<RouterPeer> = {
    router_id: ['int', () => from.routerId],
    distinguisher: ['text', ({ distinguisher }) => distinguisher],
    neighbor: ['text', ({ neighbor }) => neighbor ?? ''],
  }
  const columns: WrittenColumnDefinitions<RouterPeer> = {
    connection_id: ['bigint', () => to.connectionId],
    former: ['bigint', () => from.connectionId],
    type: ['text', ({ type }) => type],
  }
  const where = 't.connection_id = n.former AND t.peer_type::text = n.type'
  await updateRows(db, 'router_session', keys, columns, peers, { set: { former: null, type: null }, where })
}

/**
 * Ends connections that no station has updated since `before`, because their station must have stopped. Their sessions
 * keep the last known states.
 * @param own connections of the calling station. They do not end, even if many of their reports wait.
 * @returns number of connections that ended
 */
export async function endVanishedRouterConnections(
  db: SqlExecutor,
  before: EpochMs,
  own: readonly string[] = [],
): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE router_connection SET ended = 'vanished' WHERE ended IS NULL AND to_at < $1 AND id <> ALL ($2::bigint[])`,
    [formatIsoTime(before), own],
  )
  return rowCount ?? 0
}

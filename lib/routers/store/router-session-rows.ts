import type { PoolClient } from 'pg'
import {
  type EpochMs,
  type RouterDownReason,
  type RouterPeer,
  buildRouterPeerKey,
  type RouterReportingProtocol,
  type RouterSessionDetails,
} from '#lib/contract/index.ts'
import { toEpochMs } from '#lib/history/times.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
  updateRows,
} from '#lib/history/record/write-rows.ts'
import type { PastRouterSession, RouterSessionState } from './advance-router-session.ts'
import type { RouterConnectionKey } from './router-connections.ts'

/** A stored session of a router. The object is changed while reports are recorded, and then saved. */
export interface KnownRouterSession extends RouterSessionDetails {
  id: number
  peer: RouterPeer
  connectionId: string
  /** the router's own BGP identifier; null = unknown */
  localBgpId: string | null
  /** True if the router reports the session by BMP and is connected. */
  isReportedByBmp: boolean
  /** True for the router's session with Peerwatch's collector. The collector's own reports about it take precedence. */
  isCollected: boolean
  /**
   * End of the observation of the session before the connection `connectionId`; null = no earlier connection reported
   * the session.
   */
  gapFrom: EpochMs | null
  observedUntil: EpochMs | null
  /** Time until which the reports of the connection `connectionId` are recorded. */
  connectionTo: EpochMs
  current: RouterSessionState | null
  seenAt: EpochMs | null
  isChanged: boolean
}

/** Columns of a stored session. */
export interface RouterSessionRow {
  id: number
  peer_type: RouterPeer['type']
  distinguisher: string
  neighbor: string
  connection_id: string
  to_at: Date
  protocol: RouterReportingProtocol
  ended: string | null
  observed_until: Date | null
  gap_from: Date | null
  local_address: string | null
  local_asn: string | null
  local_bgp_id: string | null
  neighbor_asn: string | null
  neighbor_bgp_id: string | null
  hold_time_seconds: number | null
  table_name: string | null
  state: 'up' | 'down' | null
  reason: RouterDownReason | null
  established_earliest: Date | null
  established_latest: Date | null
  last_absent: Date | null
  first_present: Date | null
  last_present: Date | null
  seen_at: Date | null
}

/** Returns all sessions of a router, and locks its row, so that other transactions that record for this router wait. */
export async function loadRouterSessions(
  client: PoolClient,
  routerId: number,
): Promise<Map<string, KnownRouterSession>> {
  await client.query('SELECT FROM router WHERE id = $1 FOR UPDATE', [routerId])
  const { rows } = await client.query<RouterSessionRow>(
    `${WITH_CONNECTION} FROM router_session s ${CONNECTION} WHERE s.router_id = $1`,
    [routerId],
  )
  return new Map(rows.map(knownFrom).map((session) => [buildRouterPeerKey(session.peer), session]))
}

const WITH_CONNECTION = 'SELECT s.*, c.to_at, c.protocol, c.ended'
const CONNECTION = 'JOIN router_connection c ON c.id = s.connection_id'

function knownFrom(row: RouterSessionRow): KnownRouterSession {
  const numberOf = (text: string | null) => (text === null ? null : Number(text))
  return {
    id: row.id,
    peer: { type: row.peer_type, distinguisher: row.distinguisher, neighbor: row.neighbor || null },
    connectionId: row.connection_id,
    isReportedByBmp: row.protocol === 'bmp' && row.ended === null && row.observed_until === null,
    isCollected: row.protocol === 'bgp',
    connectionTo: toEpochMs(row.to_at),
    observedUntil: toEpochMs(row.observed_until),
    gapFrom: toEpochMs(row.gap_from),
    localAddress: row.local_address,
    localAsn: numberOf(row.local_asn),
    localBgpId: row.local_bgp_id,
    neighborAsn: numberOf(row.neighbor_asn),
    neighborBgpId: row.neighbor_bgp_id,
    holdTimeSeconds: row.hold_time_seconds,
    tableName: row.table_name,
    current: stateFrom(row),
    seenAt: toEpochMs(row.seen_at),
    isChanged: false,
  }
}

function stateFrom(row: RouterSessionRow): RouterSessionState | null {
  const { state, reason, first_present, last_present } = row
  if (state === null || first_present === null || last_present === null) return null
  const { established_earliest: earliest, established_latest: latest } = row
  return {
    state,
    reason,
    established: earliest && latest ? { earliest: toEpochMs(earliest), latest: toEpochMs(latest) } : null,
    open: {
      lastAbsent: toEpochMs(row.last_absent),
      firstPresent: toEpochMs(first_present),
      lastPresent: toEpochMs(last_present),
    },
  }
}

/** Stores a session that was reported for the first time. */
export async function addRouterSession(
  client: PoolClient,
  { routerId, connectionId }: RouterConnectionKey,
  peer: RouterPeer,
): Promise<KnownRouterSession> {
  const { type, distinguisher, neighbor } = peer
  const { rows } = await client.query<RouterSessionRow>(
    `WITH s AS (
       INSERT INTO router_session (router_id, peer_type, distinguisher, neighbor, connection_id) VALUES ($1, $2, $3, $4, $5) RETURNING *)
     ${WITH_CONNECTION} FROM s ${CONNECTION}`,
    [routerId, type, distinguisher, neighbor ?? '', connectionId],
  )
  const [row] = rows
  if (!row) throw new Error('the session was not stored')
  return knownFrom(row)
}

const STATE: WrittenColumnDefinitions<Omit<RouterSessionState, 'open'>> = {
  state: ['text', ({ state }) => state],
  reason: ['jsonb', ({ reason }) => reason],
  established_earliest: ['timestamptz', ({ established }) => established?.earliest],
  established_latest: ['timestamptz', ({ established }) => established?.latest],
}
/** Columns of the session's current state; they are null if the state is unknown. */
const CURRENT: WrittenColumnDefinitions<KnownRouterSession> = Object.fromEntries(
  Object.entries(STATE).map(([name, [type, of]]) => [name, [type, ({ current }) => current && of(current)]] as const),
)
const FACTS: WrittenColumnDefinitions<KnownRouterSession> = {
  connection_id: ['bigint', ({ connectionId }) => connectionId],
  observed_until: ['timestamptz', ({ observedUntil }) => observedUntil],
  gap_from: ['timestamptz', ({ gapFrom }) => gapFrom],
  local_address: ['text', ({ localAddress }) => localAddress],
  local_asn: ['bigint', ({ localAsn }) => localAsn],
  local_bgp_id: ['text', ({ localBgpId }) => localBgpId],
  neighbor_asn: ['bigint', ({ neighborAsn }) => neighborAsn],
  neighbor_bgp_id: ['text', ({ neighborBgpId }) => neighborBgpId],
  hold_time_seconds: ['int', ({ holdTimeSeconds }) => holdTimeSeconds],
  table_name: ['text', ({ tableName }) => tableName],
  ...CURRENT,
  ...createOpenIntervalColumns(({ current }) => current && current.open),
  seen_at: ['timestamptz', ({ seenAt }) => seenAt],
}

export async function saveRouterSessions(client: PoolClient, sessions: readonly KnownRouterSession[]): Promise<void> {
  await updateRows(client, 'router_session', { id: ['int', ({ id }) => id] }, FACTS, sessions)
}

export async function appendRouterSession(
  client: PoolClient,
  sessionId: number,
  ended: PastRouterSession,
): Promise<void> {
  const columns: WrittenColumnDefinitions<PastRouterSession> = {
    session_id: ['int', () => sessionId],
    ...STATE,
    ...createClosedIntervalColumns(({ past }) => past),
  }
  await insertRows(client, 'router_session_interval', columns, [ended])
}

import type { PoolClient } from 'pg'
import { addressFor, type ByFamily } from '#lib/bgp/index.ts'
import type { PeerRow, SummaryRow } from '#lib/contract/index.ts'
import type { Reading } from './reading.ts'
import { loadSessions } from './session-rows.ts'
import { type SampledSession, sampledNeighbor, sampledPeer } from './advance-session.ts'
import { appendSessions, saveSessions } from './session-write.ts'
import { type SessionKind, type SteppedSessions, stepSessions } from './step-sessions.ts'

/** What a poll proves, and which sessions it shows to stand still. */
export type RecordedSessions = Pick<SteppedSessions, 'changes' | 'silentSessions'>

/** A gateway's peers: its own address and its neighbor identify a session. */
export function recordPeers(client: PoolClient, reading: Reading, rows: readonly PeerRow[]): Promise<RecordedSessions> {
  return recordSessions(client, reading, 'peers', rows.map(sampledPeer))
}

/** A path's summary names no local address: the neighbor alone identifies a session. */
export function recordSummary(
  client: PoolClient,
  reading: Reading,
  rows: readonly SummaryRow[],
  localAddresses: ByFamily,
): Promise<RecordedSessions> {
  return recordSessions(
    client,
    reading,
    'summary',
    rows.map((row) => sampledNeighbor(row, addressFor(row.neighbor, localAddresses))),
  )
}

async function recordSessions(
  client: PoolClient,
  reading: Reading,
  kind: SessionKind,
  sampled: readonly SampledSession[],
): Promise<RecordedSessions> {
  const known = await loadSessions(client, reading.sourceId, kind)
  const { steps, changes, silentSessions } = stepSessions(known, reading, kind, sampled)
  await appendSessions(client, reading.sourceId, steps)
  await saveSessions(
    client,
    reading.sourceId,
    kind,
    steps.map(({ session }) => session),
  )
  return { changes, silentSessions }
}

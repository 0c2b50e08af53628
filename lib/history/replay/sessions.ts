import { parseAddress, type SessionState } from '#lib/bgp/index.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type MseeDownReason,
  type EpochMs,
  type PeerRow,
  type SessionReport,
  type SummaryRow,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, type PresenceBoundColumns } from '../times.ts'
import { createOverlapCondition, wasIntervalValueReadByPoll, PRESENCE_BOUND_COLUMNS } from './replay-spans.ts'
import type { StoredIntervalBounds } from '../read/as-of.ts'
import { convertToPresenceBounds } from '../read/span-row.ts'
import type { SessionRow, SessionSpanColumns } from '../record/sessions/session-rows.ts'
import type { ReplayTableRequest, ReplayPollTime, ReplayableSourceRows } from './replay-table.ts'

interface SessionSpan extends StoredIntervalBounds, SessionReport {
  localAddress: string
  neighbor: string
  downReason: MseeDownReason
  established: { earliest: EpochMs; latest: EpochMs } | null
}

export async function readReplaySessions(
  db: SqlExecutor,
  { sourceId, kind, from, to }: ReplayTableRequest,
): Promise<ReplayableSourceRows> {
  const { rows } = await db.query<
    PresenceBoundColumns &
      Omit<SessionSpanColumns, 'transitions'> &
      Pick<SessionRow, 'local_address' | 'neighbor'> & { session_id: number; state: SessionState }
  >(
    `SELECT x.session_id, s.local_address, s.neighbor, x.asn, x.state, x.azure_state, x.down_reason, x.established_earliest, x.established_latest,
            ${PRESENCE_BOUND_COLUMNS}
     FROM session s JOIN session_span x ON (x.source_id, x.session_id) = (s.source_id, s.id)
     WHERE s.source_id = $1 AND s.kind = $2 AND ${createOverlapCondition(3, 4)} ORDER BY s.id, x.first_present`,
    [sourceId, kind, formatIsoTime(from), formatIsoTime(to)],
  )
  const counted = await db.query<PresenceBoundColumns & { session_id: number; prefixes_received: number }>(
    `SELECT x.session_id, x.prefixes_received, ${PRESENCE_BOUND_COLUMNS}
     FROM session s JOIN session_prefixes_span x ON (x.source_id, x.session_id) = (s.source_id, s.id)
     WHERE s.source_id = $1 AND s.kind = $2 AND ${createOverlapCondition(3, 4)}`,
    [sourceId, kind, formatIsoTime(from), formatIsoTime(to)],
  )
  const counts = Map.groupBy(
    counted.rows.map((row) => ({
      ...convertToPresenceBounds(row),
      id: row.session_id,
      prefixes: row.prefixes_received,
    })),
    ({ id }) => id,
  )
  const sessions = rows.map((row) => ({
    ...convertToPresenceBounds(row),
    localAddress: row.local_address,
    neighbor: row.neighbor,
    asn: row.asn === null ? null : Number(row.asn),
    state: row.state,
    azureState: row.azure_state ?? '',
    downReason: row.down_reason,
    established: row.established_latest && {
      earliest: toEpochMs(row.established_earliest) ?? INSTANT_BEFORE_MONITORING,
      latest: toEpochMs(row.established_latest),
    },
    counts: counts.get(row.session_id) ?? [],
  }))
  const rowOf = kind === 'peers' ? peerRow : summaryRow
  const localAddressOf = (family: 4 | 6) =>
    sessions.find(({ neighbor, localAddress }) => localAddress !== '' && parseAddress(neighbor)?.family === family)
      ?.localAddress ?? null
  return {
    spans: [...sessions, ...[...counts.values()].flat()],
    rowsAt: (poll) =>
      sessions
        .filter(
          (session) =>
            wasIntervalValueReadByPoll(session, poll.finishedAt) &&
            !poll.silentInstances.includes(session.localAddress),
        )
        .map((session) => {
          const count = session.counts.find((one) => wasIntervalValueReadByPoll(one, poll.finishedAt))
          return rowOf(session, count?.prefixes ?? null, poll)
        }) as PeerRow[] | SummaryRow[],
    localAddresses: { ipv4: localAddressOf(4), ipv6: localAddressOf(6) },
  }
}

/**
 * Returns the age to report for a session in a replayed poll, so that recording the poll gives exactly the stored
 * bounds of the time at which the session came up. If the stored bounds are wider than the duration of the poll, an age
 * with a suitable unit gives both bounds. Otherwise consecutive polls report ages for the earlier and the later bound
 * in turn, and two polls together give both.
 */
function ageOf(
  { established }: SessionSpan,
  { startedAt, finishedAt, index }: ReplayPollTime,
): { ms: number; unitMs: number } | null {
  if (!established) return null
  const unitMs = Math.max(0, established.latest - established.earliest - (finishedAt - startedAt))
  const age = unitMs > 0 || index % 2 === 1 ? finishedAt - established.latest : startedAt - established.earliest
  return { ms: Math.max(0, age), unitMs }
}

function peerRow(session: SessionSpan, prefixes: number | null, poll: ReplayPollTime): PeerRow {
  const { localAddress, neighbor, asn, state, azureState } = session
  const age = ageOf(session, poll)
  return {
    localAddress,
    neighbor,
    asn,
    state,
    azureState,
    connectedDurationMs: age?.ms ?? null,
    ...(age && age.unitMs > 0 ? { durationUnitMs: age.unitMs } : {}),
    routesReceived: prefixes,
    messagesSent: null,
    messagesReceived: null,
  }
}

function summaryRow(session: SessionSpan, prefixes: number | null, poll: ReplayPollTime): SummaryRow {
  const { neighbor, asn, state, azureState, downReason } = session
  return { neighbor, asn, state, azureState, downReason, prefixesReceived: prefixes, upDown: ageOf(session, poll) }
}

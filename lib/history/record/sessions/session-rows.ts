import type { SessionState } from '#lib/bgp/index.ts'
import type { TimestampBounds, MseeDownReason, EpochMs } from '#lib/contract/index.ts'
import { toEpochMs } from '../../times.ts'
import type { ClosedInterval, OpenInterval } from '../interval.ts'
import { convertToOpenInterval, type OpenIntervalColumns } from '../open-row.ts'
import type { MessageCounts, SampledSession } from './advance-session.ts'
import { EMPTY_UPTIME, type RecordedUptime } from './session-uptime.ts'

/** A stored session. */
export interface RecordedSession {
  /** database ID; null = the session is not stored yet */
  id: number | null
  localAddress: string
  neighbor: string
  /** current state; null = the row was missing in the last poll that read its gateway instance */
  state: SessionState | null
  azureState: string | null
  asn: number | null
  downReason: MseeDownReason
  /**
   * bounds of the time of the last state change: at which the session came up, or at which it went down if it was up
   * before; null = not reported
   */
  moved: TimestampBounds | null
  transitions: number
  everEstablished: boolean
  open: OpenInterval | null
  closedUntil: EpochMs | null
  missingPolls: number
  seen: { startedAt: EpochMs; finishedAt: EpochMs } | null
  prefixesReceived: number | null
  prefixesOpen: OpenInterval | null
  messages: MessageCounts
  uptime: RecordedUptime
}

/** Ended interval of a session's state or prefix count. `session` contains the values during the interval. */
export interface PastSession {
  session: RecordedSession
  interval: ClosedInterval
}
export type PastPrefixCountInterval = PastSession

export function createSessionBeforeFirstPoll({ localAddress, neighbor }: SampledSession): RecordedSession {
  return {
    id: null,
    localAddress,
    neighbor,
    state: null,
    azureState: null,
    asn: null,
    downReason: null,
    moved: null,
    transitions: 0,
    everEstablished: false,
    open: null,
    closedUntil: null,
    missingPolls: 0,
    seen: null,
    prefixesReceived: null,
    prefixesOpen: null,
    messages: { sent: null, received: null },
    uptime: EMPTY_UPTIME,
  }
}

/** Columns of a session's interval, in addition to its state. */
export interface SessionSpanColumns {
  azure_state: string | null
  asn: string | null
  down_reason: MseeDownReason
  established_earliest: Date | null
  established_latest: Date | null
  transitions: number
}

/** A row of {@link SESSION_SQL_COLUMNS}. */
export interface SessionRow extends OpenIntervalColumns, SessionSpanColumns {
  id: number
  local_address: string
  neighbor: string
  state: SessionState | null
  ever_established: boolean
  closed_until: Date | null
  missing_polls: number
  seen_started_at: Date | null
  seen_finished_at: Date | null
  prefixes_received: number | null
  prefixes_last_absent: Date | null
  prefixes_first_present: Date | null
  prefixes_last_present: Date | null
  messages_sent: string | null
  messages_received: string | null
  life: RecordedUptime | null
}

/** Columns that {@link convertSessionRow} needs. */
export const SESSION_SQL_COLUMNS = `id, local_address, neighbor, state, azure_state, asn, down_reason, established_earliest, established_latest,
            transitions, ever_established, last_absent, first_present, last_present, closed_until, missing_polls, seen_started_at,
            seen_finished_at, prefixes_received, prefixes_last_absent, prefixes_first_present, prefixes_last_present,
            messages_sent::text, messages_received::text, life`

export function convertSessionRow(row: SessionRow): RecordedSession {
  return {
    id: row.id,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    state: row.state,
    azureState: row.azure_state,
    asn: row.asn === null ? null : Number(row.asn),
    downReason: row.down_reason,
    moved:
      row.established_earliest && row.established_latest
        ? { earliest: toEpochMs(row.established_earliest), latest: toEpochMs(row.established_latest) }
        : null,
    transitions: row.transitions,
    everEstablished: row.ever_established,
    open: convertToOpenInterval(row),
    closedUntil: toEpochMs(row.closed_until),
    missingPolls: row.missing_polls,
    seen:
      row.seen_started_at && row.seen_finished_at
        ? { startedAt: toEpochMs(row.seen_started_at), finishedAt: toEpochMs(row.seen_finished_at) }
        : null,
    prefixesReceived: row.prefixes_received,
    prefixesOpen: convertToOpenInterval({
      last_absent: row.prefixes_last_absent,
      first_present: row.prefixes_first_present,
      last_present: row.prefixes_last_present,
    }),
    messages: {
      sent: row.messages_sent === null ? null : BigInt(row.messages_sent),
      received: row.messages_received === null ? null : BigInt(row.messages_received),
    },
    uptime: { ...EMPTY_UPTIME, ...row.life },
  }
}

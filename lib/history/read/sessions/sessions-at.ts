import type { SessionState } from '#lib/bgp/index.ts'
import { INSTANT_BEFORE_MONITORING, type TimestampBounds, UNREAD_ROWS_INSTANCE } from '#lib/contract/index.ts'
import { queryWithPreparedStatement, type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns, type JsonRow, toEpochMs, type PresenceBoundColumns } from '../../times.ts'
import type { PollHealth, SessionAtMoment } from '../../types.ts'
import { createStateChangeFields } from '../../record/sessions/advance-session.ts'
import type { SessionRow, SessionSpanColumns } from '../../record/sessions/session-rows.ts'
import type { StoredIntervalBounds } from '../as-of.ts'
import {
  listSources,
  createResourceCondition,
  readSourcesOfResources,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from '../polls/list-sources.ts'

interface SpanJson extends JsonRow<PresenceBoundColumns & Omit<SessionSpanColumns, 'asn' | 'azure_state'>> {
  state: SessionState
  azure_state: string
  asn: number | null
}

type SessionColumn =
  | 'local_address'
  | 'neighbor'
  | 'missing_polls'
  | 'ever_established'
  | 'messages_sent'
  | 'messages_received'
  | 'seen_finished_at'
  | 'prefixes_received'
  | 'established_earliest'
  | 'established_latest'

interface Row extends SourceRefRow, Pick<SessionRow, SessionColumn> {
  kind: 'peers' | 'summary'
  last_finished_at: Date | null
  silent_instances: string[] | null
  span: SpanJson
}

interface SessionSpan
  extends StoredIntervalBounds,
    Pick<SessionAtMoment, 'asn' | 'downReason' | 'last' | 'establishedAt'> {
  fellAt?: TimestampBounds
  transitions: number
}

/**
 * Returns every known session with the facts from which its state is derived. Sessions whose row is missing in the last
 * poll are included.
 */
export async function readSessionsAtMoment(
  db: SqlExecutor,
  query: { scope?: string | undefined } = {},
): Promise<SessionAtMoment[]> {
  const found = await queryWithPreparedStatement<Row>(db, 'sessionsAt', SESSIONS, [query.scope ?? null])
  if (found.length === 0) return []
  const sources = await listSources(db, { scope: query.scope })
  const polls = new Map(sources.map(({ sourceId, poll }) => [`${sourceId}/${poll.kind}`, poll]))
  return found.flatMap((row) => {
    const poll = polls.get(`${row.source_id}/${row.kind}`)
    return poll ? [sessionOf(row, poll)] : []
  })
}

/** Addresses of a session, without its state. */
export type SessionAddresses = Pick<SessionAtMoment, 'scope' | 'kind' | 'localAddress' | 'neighbor' | 'asn'>

/**
 * Returns the addresses of all known sessions of some resources. The statement is short, because Postgres plans it
 * again at each call. For a past moment, planning the long statement of {@link readSessionsAtMoment} takes more time than
 * reading the rows.
 * @param reader names the sources of the resources, which are the same at each moment
 * @param scopes short IDs of the resources
 */
export async function readSessionAddresses(
  db: SqlExecutor,
  reader: SqlExecutor,
  scopes: readonly string[],
): Promise<SessionAddresses[]> {
  const sources = scopes.length === 0 ? [] : await readSourcesOfResources(reader, scopes)
  if (sources?.length === 0) return []
  return queryRowsInCamelCase<SessionAddresses>(db, {
    name: 'session_addresses',
    text: `SELECT r.short_id AS scope, se.kind, se.local_address, se.neighbor, b.asn::float8
      FROM session se JOIN source s ON s.id = se.source_id JOIN resource r ON r.id = s.resource_id
      CROSS JOIN LATERAL (
        SELECT asn FROM session_span x WHERE (x.source_id, x.session_id) = (se.source_id, se.id)
        ORDER BY x.first_present DESC LIMIT 1) b
      WHERE se.source_id = ANY ($1)
      ORDER BY se.source_id, se.local_address, se.neighbor, se.id`,
    values: [sources],
  })
}

const SESSIONS = `SELECT ${SOURCE_COLUMNS}, p.last_finished_at, p.silent_instances, se.kind, se.local_address, se.neighbor, se.missing_polls,
            se.messages_sent::text, se.messages_received::text, se.seen_finished_at, se.established_earliest, se.established_latest,
            se.prefixes_received, se.ever_established, to_jsonb(b) AS span
     FROM session se JOIN source s ON s.id = se.source_id JOIN resource r ON r.id = s.resource_id
     JOIN poll_state p ON (p.source_id, p.kind) = (se.source_id, se.kind)
     CROSS JOIN LATERAL (
       SELECT * FROM session_span x WHERE (x.source_id, x.session_id) = (se.source_id, se.id)
       ORDER BY x.first_present DESC LIMIT 1) b
     WHERE ${createResourceCondition(1)}
     ORDER BY r.name, r.id, s.subresource, se.local_address, se.neighbor, se.id`

function sessionOf(row: Row, poll: PollHealth): SessionAtMoment {
  // The ages that the session reported in its last polls give the time of the state change more exactly than the polls
  // at the start of the interval.
  const turn = createTimeBoundsFromColumns(row.established_earliest, row.established_latest)
  const span = { ...spanOf(row.span), ...(turn && createStateChangeFields(row.span.state, turn)) }
  const missing = span.firstAbsent !== null
  // The silent instances of the session's row are used, because they belong to the same poll as the row. `poll` may be
  // newer.
  const silentInstances = row.silent_instances ?? []
  // If some rows of the poll could not be read, one of them may be the row of a session that seems to be missing in
  // this poll.
  const isUnread =
    silentInstances.includes(UNREAD_ROWS_INSTANCE) &&
    toEpochMs(row.seen_finished_at) !== toEpochMs(row.last_finished_at)
  const silent = isUnread || silentInstances.includes(row.local_address)
  return {
    ...convertSourceRefRow(row),
    kind: row.kind,
    localAddress: row.local_address,
    neighbor: row.neighbor,
    asn: span.asn,
    downReason: span.downReason,
    last: span.last,
    everEstablished: row.ever_established,
    establishedAt: span.establishedAt,
    fellAt: span.fellAt ?? null,
    establishedTransitions: span.transitions,
    prefixesReceived: row.prefixes_received,
    poll,
    presence: missing ? 'missing' : silent ? 'silent' : 'present',
    missingPolls: row.missing_polls,
    since: sinceOf(span, missing),
    messagesSent: row.messages_sent,
    messagesReceived: row.messages_received,
    lastSeenAt: toEpochMs(row.seen_finished_at),
  }
}

/**
 * Returns bounds of the time at which the session entered its state or, if its row is missing, at which the row
 * disappeared.
 */
function sinceOf(span: SessionSpan, missing: boolean): TimestampBounds {
  return missing && span.firstAbsent !== null
    ? { earliest: span.lastPresent, latest: span.firstAbsent }
    : { earliest: span.lastAbsent ?? INSTANT_BEFORE_MONITORING, latest: span.firstPresent }
}

function spanOf(json: SpanJson): SessionSpan {
  const date = (text: string | null) => (text === null ? null : new Date(text))
  const at = (text: string) => new Date(text).getTime()
  return {
    asn: json.asn,
    downReason: json.down_reason,
    last: { state: json.state, azureState: json.azure_state },
    ...createStateChangeFields(
      json.state,
      createTimeBoundsFromColumns(date(json.established_earliest), date(json.established_latest)),
    ),
    transitions: json.transitions,
    lastAbsent: json.last_absent === null ? null : at(json.last_absent),
    firstPresent: at(json.first_present),
    lastPresent: at(json.last_present),
    firstAbsent: json.first_absent === null ? null : at(json.first_absent),
  }
}

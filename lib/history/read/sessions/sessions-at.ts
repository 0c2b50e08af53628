import type { SessionState } from '#lib/bgp/index.ts'
import { BEFORE_MONITORING, type Bounds, type EpochMs, UNREAD_ROWS } from '#lib/contract/index.ts'
import { askPrepared, type Queryable } from '#lib/platform/queryable.ts'
import { boundsOf, iso, type JsonOf, ms, type SpanColumns } from '../../times.ts'
import type { MomentCoverage, PollHealth, SessionAt } from '../../types.ts'
import { turnBounds } from '../../record/sessions/advance-session.ts'
import type { SessionRow, SessionSpanColumns } from '../../record/sessions/session-rows.ts'
import { asOf, type SpanTimes } from '../as-of.ts'
import { coverageAt } from '../polls/coverage-at.ts'
import { listSources, inScope, SOURCE_COLUMNS, sourceRef, type SourceRefRow } from '../polls/list-sources.ts'

interface SpanJson extends JsonOf<SpanColumns & Omit<SessionSpanColumns, 'asn' | 'azure_state'>> {
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
  /** up to when the last sample proves a session up; null = it is not, or a former version read it */
  up_at: number | null
  before: SpanJson | null
  next: SpanJson | null
}

interface SessionSpan extends SpanTimes, Pick<SessionAt, 'asn' | 'downReason' | 'last' | 'establishedAt'> {
  fellAt?: Bounds
  transitions: number
}

/**
 * Every session known by then, with the facts that its verdict needs: those whose row is missing too.
 * @param query.at leave out for now, as the last good poll read it; a moment that is not past reads as now
 */
export async function sessionsAt(
  db: Queryable,
  query: { scope?: string | undefined; at?: EpochMs | undefined; now: EpochMs },
): Promise<SessionAt[]> {
  const at = query.at === undefined || query.at >= query.now ? null : query.at
  const found = await select(db, query.scope ?? null, at)
  if (found.length === 0) return []
  const sources = await listSources(db, { scope: query.scope })
  const polls = new Map(sources.map(({ sourceId, poll }) => [`${sourceId}/${poll.kind}`, poll]))
  const rows = found.flatMap((row) => {
    const poll = polls.get(`${row.source_id}/${row.kind}`)
    return poll ? [{ ...row, poll }] : []
  })
  if (at === null) return rows.flatMap(sessionNow)
  const moments = await coverageAt(db, { scope: query.scope, kinds: ['peers', 'summary'], at, now: query.now })
  return rows.flatMap((row) => sessionThen(row, at, moments.get(`${row.source_id}/${row.kind}`)))
}

const select = (db: Queryable, scope: string | null, at: EpochMs | null): Promise<Row[]> =>
  askPrepared(
    db,
    'sessionsAt',
    `SELECT ${SOURCE_COLUMNS}, p.last_finished_at, p.silent_instances, se.kind, se.local_address, se.neighbor, se.missing_polls,
            se.messages_sent::text, se.messages_received::text, se.seen_finished_at, se.established_earliest, se.established_latest,
            CASE se.state WHEN 'established' THEN (se.life ->> 'upAt')::float8 END AS up_at,
            CASE WHEN $2::timestamptz IS NULL THEN se.prefixes_received ELSE pr.prefixes_received END AS prefixes_received,
            CASE WHEN $2::timestamptz IS NULL THEN se.ever_established ELSE EXISTS (
              SELECT FROM session_span e WHERE (e.source_id, e.session_id) = (se.source_id, se.id)
                AND e.state = 'established' AND e.first_present <= $2) END AS ever_established,
            to_jsonb(b) AS before, to_jsonb(n) AS next
     FROM session se JOIN source s ON s.id = se.source_id JOIN resource r ON r.id = s.resource_id
     JOIN poll_state p ON (p.source_id, p.kind) = (se.source_id, se.kind)
     LEFT JOIN LATERAL (
       SELECT * FROM session_span x WHERE (x.source_id, x.session_id) = (se.source_id, se.id)
         AND ($2::timestamptz IS NULL OR x.first_present <= $2)
       ORDER BY x.first_present DESC LIMIT 1) b ON true
     LEFT JOIN LATERAL (
       SELECT * FROM session_span x WHERE (x.source_id, x.session_id) = (se.source_id, se.id) AND x.first_present > $2
       ORDER BY x.first_present LIMIT 1) n ON true
     LEFT JOIN LATERAL (
       SELECT prefixes_received FROM session_prefixes_span x WHERE (x.source_id, x.session_id) = (se.source_id, se.id)
         AND x.first_present <= $2 AND (x.first_absent IS NULL OR $2 < x.first_absent)
       ORDER BY x.first_present DESC LIMIT 1) pr ON true
     WHERE ${inScope(1)}
     ORDER BY r.name, r.id, s.subresource, se.local_address, se.neighbor, se.id`,
    [scope, iso(at)],
  )

function sessionNow({ poll, ...row }: Row & { poll: PollHealth }): SessionAt[] {
  if (!row.before) return []
  // its last samples date its turn more closely than those that were there when it began
  const turn = boundsOf(row.established_earliest, row.established_latest)
  const span = { ...spanOf(row.before), ...(turn && turnBounds(row.before.state, turn)) }
  const missing = span.firstAbsent !== null
  // of the same moment as the row, which `poll` may be past
  const silentInstances = row.silent_instances ?? []
  // among rows that could not be read is one of a session that this poll does not have
  const isUnread = silentInstances.includes(UNREAD_ROWS) && ms(row.seen_finished_at) !== ms(row.last_finished_at)
  const silent = isUnread || silentInstances.includes(row.local_address)
  return [
    {
      ...common(row, span),
      poll,
      presence: missing ? 'missing' : silent ? 'silent' : 'present',
      missingPolls: row.missing_polls,
      covered: true,
      insideChange: false,
      since: sinceOf(span, missing),
      messagesSent: row.messages_sent,
      messagesReceived: row.messages_received,
      lastSeenAt: ms(row.seen_finished_at),
      lastSeen: boundsOf(row.seen_finished_at, row.seen_finished_at),
      provenAt: null,
    },
  ]
}

function sessionThen(
  { poll, ...row }: Row & { poll: PollHealth },
  at: EpochMs,
  moment: MomentCoverage | undefined,
): SessionAt[] {
  const { presence, span, last: known } = asOf(row.before && spanOf(row.before), row.next && spanOf(row.next), at)
  if (!known) return []
  // inside the bounds of a row's return, what was so before is that it was missing
  const missing = presence === 'absent' || span !== known
  const silent = moment?.silentInstances.includes(row.local_address) ?? false
  const absentFor = missing ? at - (known.firstAbsent ?? at) : 0
  return [
    {
      ...common(row, known),
      poll,
      presence: missing ? 'missing' : silent ? 'silent' : 'present',
      missingPolls: missing ? 1 + Math.floor(absentFor / (moment?.intervalMs || 1)) : 0,
      covered: moment?.covered ?? false,
      insideChange: presence === 'indeterminate',
      since: sinceOf(known, missing),
      messagesSent: null,
      messagesReceived: null,
      lastSeenAt: null,
      lastSeen: lastSeenThen(known, at, missing, moment),
      provenAt: known.firstAbsent === null ? row.up_at : null,
    },
  ]
}

/** When a row that is gone was read last is known; of one that was there it is the last poll before the moment. */
function lastSeenThen(
  { firstPresent, lastPresent }: SessionSpan,
  at: EpochMs,
  missing: boolean,
  moment: MomentCoverage | undefined,
): Bounds | null {
  const last = missing ? null : moment?.lastPollEnded
  if (!last) return { earliest: Math.min(at, lastPresent), latest: Math.min(at, lastPresent) }
  return { earliest: Math.max(last.earliest, Math.min(firstPresent, last.latest)), latest: last.latest }
}

function common(row: Row, span: SessionSpan) {
  return {
    ...sourceRef(row),
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
  }
}

/** When it came into its state; for a row that is missing, when it went. */
function sinceOf(span: SessionSpan, missing: boolean): Bounds {
  return missing && span.firstAbsent !== null
    ? { earliest: span.lastPresent, latest: span.firstAbsent }
    : { earliest: span.lastAbsent ?? BEFORE_MONITORING, latest: span.firstPresent }
}

function spanOf(json: SpanJson): SessionSpan {
  const date = (text: string | null) => (text === null ? null : new Date(text))
  const at = (text: string) => new Date(text).getTime()
  return {
    asn: json.asn,
    downReason: json.down_reason,
    last: { state: json.state, azureState: json.azure_state },
    ...turnBounds(json.state, boundsOf(date(json.established_earliest), date(json.established_latest))),
    transitions: json.transitions,
    lastAbsent: json.last_absent === null ? null : at(json.last_absent),
    firstPresent: at(json.first_present),
    lastPresent: at(json.last_present),
    firstAbsent: json.first_absent === null ? null : at(json.first_absent),
  }
}

import type { PoolClient } from 'pg'
import { iso } from '../times.ts'
import { type Must, updated } from './must.ts'
import { closedJson, openJson } from './open-row.ts'
import type { Session } from './session-rows.ts'
import { isReadAgain, type SessionKind, type SessionStep } from './step-sessions.ts'

/** Sessions of one source after a poll. */
export interface ReadSessions {
  sourceId: number
  kind: SessionKind
  steps: readonly SessionStep[]
}

type Step = SessionStep & Omit<ReadSessions, 'steps'>

/** Writes what polls of any sources make of their sessions: those that are as they were in their own statement, which is a small one. */
export async function saveSessions(client: PoolClient, polls: readonly ReadSessions[], must: Must): Promise<void> {
  const steps = polls.flatMap(({ steps: own, ...poll }) => own.map((step) => ({ ...poll, ...step })))
  await append(client, steps)
  const { again = [], changed = [] } = Object.groupBy(steps, (step) => (isReadAgain(step) ? 'again' : 'changed'))
  if (again.length > 0) await readAgain(client, again, must)
  if (changed.length > 0) await save(client, changed)
}

/** Appends the intervals that have ended. */
async function append(client: PoolClient, steps: readonly Step[]): Promise<void> {
  const past = steps.flatMap((step) => step.past.map((one) => ({ source_id: step.sourceId, ...one })))
  if (past.length > 0) {
    await client.query(
      `INSERT INTO session_interval (source_id, session_id, state, azure_state, asn, down_reason, established_earliest, established_latest,
                                     transitions, last_absent, first_present, last_present, first_absent)
       SELECT source_id, id, state, azure_state, asn, down_reason, established_earliest, established_latest, transitions, last_absent,
              first_present, last_present, first_absent
       FROM jsonb_to_recordset($1) AS s (source_id int, id int, state text, azure_state text, asn bigint, down_reason text,
              established_earliest timestamptz, established_latest timestamptz, transitions int, ${TIMES})`,
      [
        JSON.stringify(
          past.map(({ source_id, session, interval }) => ({
            source_id,
            ...stateJson(session),
            ...closedJson(interval),
          })),
        ),
      ],
    )
  }
  const counts = steps.flatMap((step) => step.pastPrefixes.map((one) => ({ source_id: step.sourceId, ...one })))
  if (counts.length > 0) {
    await client.query(
      `INSERT INTO session_prefixes (source_id, session_id, prefixes_received, last_absent, first_present, last_present,
                                     first_absent)
       SELECT source_id, id, prefixes_received, last_absent, first_present, last_present, first_absent
       FROM jsonb_to_recordset($1) AS s (source_id int, id int, prefixes_received int, ${TIMES})`,
      [
        JSON.stringify(
          counts.map(({ source_id, session, interval }) => ({
            source_id,
            id: session.id,
            prefixes_received: session.prefixesReceived,
            ...closedJson(interval),
          })),
        ),
      ],
    )
  }
}

const TIMES = `last_absent timestamptz, first_present timestamptz, last_present timestamptz, first_absent timestamptz`

const UPDATED = [
  ['local_address', 'text'],
  ['state', 'text'],
  ['azure_state', 'text'],
  ['asn', 'bigint'],
  ['down_reason', 'text'],
  ['established_earliest', 'timestamptz'],
  ['established_latest', 'timestamptz'],
  ['transitions', 'int'],
  ['ever_established', 'boolean'],
  ['last_absent', 'timestamptz'],
  ['first_present', 'timestamptz'],
  ['last_present', 'timestamptz'],
  ['closed_until', 'timestamptz'],
  ['missing_polls', 'int'],
  ['seen_started_at', 'timestamptz'],
  ['seen_finished_at', 'timestamptz'],
  ['prefixes_received', 'int'],
  ['prefixes_last_absent', 'timestamptz'],
  ['prefixes_first_present', 'timestamptz'],
  ['prefixes_last_present', 'timestamptz'],
  ['messages_sent', 'numeric'],
  ['messages_received', 'numeric'],
  ['life', 'jsonb'],
] as const
const NAMES = UPDATED.map(([name]) => name).join(', ')
const TYPED = UPDATED.map(([name, type]) => `${name} ${type}`).join(', ')

/** Only the columns that each poll writes: in the others nothing differs. */
function readAgain(client: PoolClient, rows: readonly Step[], must: Must): Promise<void> {
  const of = <Value>(value: (session: Session) => Value) => rows.map(({ session }) => value(session))
  return updated(client, must, 'session', rows.length, {
    text: `UPDATE session s
     SET established_earliest = n.established_earliest, established_latest = n.established_latest, missing_polls = n.missing_polls,
         seen_started_at = n.seen_started_at, seen_finished_at = n.seen_finished_at, messages_sent = n.messages_sent,
         messages_received = n.messages_received, life = n.life::jsonb
     FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::timestamptz[], $7::timestamptz[],
                 $8::numeric[], $9::numeric[], $10::text[])
       AS n (source_id, id, established_earliest, established_latest, missing_polls, seen_started_at, seen_finished_at,
             messages_sent, messages_received, life)
     WHERE s.source_id = n.source_id AND s.id = n.id`,
    values: [
      rows.map(({ sourceId }) => sourceId),
      of(({ id }) => id),
      of(({ moved }) => iso(moved?.earliest ?? null)),
      of(({ moved }) => iso(moved?.latest ?? null)),
      of(({ missingPolls }) => missingPolls),
      of(({ seen }) => iso(seen?.startedAt ?? null)),
      of(({ seen }) => iso(seen?.finishedAt ?? null)),
      of(({ messages }) => messages.sent?.toString() ?? null),
      of(({ messages }) => messages.received?.toString() ?? null),
      of(({ uptime }) => JSON.stringify(uptime)),
    ],
  })
}

/**
 * Writes all of their current state. Known sessions are updated by their id: no index covers what usually changes, so that the new
 * version of the row stays on its page; and an upsert would use up a number of the sequence each time.
 */
async function save(client: PoolClient, steps: readonly Step[]): Promise<void> {
  const known = steps.filter(({ before }) => before !== null)
  const fresh = steps.filter(({ before }) => before === null)
  if (known.length > 0) {
    await client.query(
      `UPDATE session s SET ${UPDATED.map(([name]) => `${name} = n.${name}`).join(', ')}
       FROM jsonb_to_recordset($1) AS n (source_id int, id int, ${TYPED})
       WHERE s.source_id = n.source_id AND s.id = n.id`,
      [JSON.stringify(known.map(rowJson))],
    )
  }
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO session (source_id, kind, neighbor, ${NAMES})
       SELECT source_id, kind, neighbor, ${NAMES}
       FROM jsonb_to_recordset($1) AS n (source_id int, kind text, neighbor text, ${TYPED})`,
      [JSON.stringify(fresh.map(rowJson))],
    )
  }
}

function stateJson(session: Session) {
  return {
    id: session.id,
    state: session.state,
    azure_state: session.azureState,
    asn: session.asn,
    down_reason: session.downReason,
    established_earliest: iso(session.moved?.earliest ?? null),
    established_latest: iso(session.moved?.latest ?? null),
    transitions: session.transitions,
  }
}

function rowJson({ sourceId, kind, session }: Step) {
  const prefixes = openJson(session.prefixesOpen)
  return {
    source_id: sourceId,
    kind,
    ...stateJson(session),
    neighbor: session.neighbor,
    local_address: session.localAddress,
    ever_established: session.everEstablished,
    ...openJson(session.open),
    closed_until: iso(session.closedUntil),
    missing_polls: session.missingPolls,
    seen_started_at: iso(session.seen?.startedAt ?? null),
    seen_finished_at: iso(session.seen?.finishedAt ?? null),
    prefixes_received: session.prefixesReceived,
    prefixes_last_absent: prefixes.last_absent,
    prefixes_first_present: prefixes.first_present,
    prefixes_last_present: prefixes.last_present,
    messages_sent: session.messages.sent?.toString() ?? null,
    messages_received: session.messages.received?.toString() ?? null,
    life: session.uptime,
  }
}

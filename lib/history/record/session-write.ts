import type { PoolClient } from 'pg'
import { iso } from '../times.ts'
import { closedJson, openJson } from './open-row.ts'
import type { PastPrefixes, PastSession, Session } from './session-rows.ts'

/** Appends the intervals that have ended. */
export async function appendSessions(
  client: PoolClient,
  sourceId: number,
  steps: readonly { past: readonly PastSession[]; pastPrefixes: readonly PastPrefixes[] }[],
): Promise<void> {
  const past = steps.flatMap((step) => step.past)
  if (past.length > 0) {
    await client.query(
      `INSERT INTO session_interval (source_id, session_id, state, azure_state, asn, down_reason, established_earliest, established_latest,
                                     transitions, last_absent, first_present, last_present, first_absent)
       SELECT $1, id, state, azure_state, asn, down_reason, established_earliest, established_latest, transitions, last_absent,
              first_present, last_present, first_absent
       FROM jsonb_to_recordset($2) AS s (id int, state text, azure_state text, asn bigint, down_reason text,
              established_earliest timestamptz, established_latest timestamptz, transitions int, ${TIMES})`,
      [
        sourceId,
        JSON.stringify(past.map(({ session, interval }) => ({ ...stateJson(session), ...closedJson(interval) }))),
      ],
    )
  }
  const counts = steps.flatMap((step) => step.pastPrefixes)
  if (counts.length > 0) {
    await client.query(
      `INSERT INTO session_prefixes (source_id, session_id, prefixes_received, last_absent, first_present, last_present,
                                     first_absent)
       SELECT $1, id, prefixes_received, last_absent, first_present, last_present, first_absent
       FROM jsonb_to_recordset($2) AS s (id int, prefixes_received int, ${TIMES})`,
      [
        sourceId,
        JSON.stringify(
          counts.map(({ session, interval }) => ({
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

/**
 * Writes the current state, and what was read last. Known sessions are updated by their id: no index covers what usually
 * changes, so that the new version of the row stays on its page; and an upsert would use up a number of the sequence each time.
 */
export async function saveSessions(
  client: PoolClient,
  sourceId: number,
  kind: string,
  sessions: readonly Session[],
): Promise<void> {
  const known = sessions.filter(({ id }) => id !== null)
  const fresh = sessions.filter(({ id }) => id === null)
  if (known.length > 0) {
    await client.query(
      `UPDATE session s SET ${UPDATED.map(([name]) => `${name} = n.${name}`).join(', ')}
       FROM jsonb_to_recordset($2) AS n (id int, ${TYPED})
       WHERE s.source_id = $1 AND s.id = n.id`,
      [sourceId, JSON.stringify(known.map(rowJson))],
    )
  }
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO session (source_id, kind, neighbor, ${NAMES})
       SELECT $1, $2, neighbor, ${NAMES} FROM jsonb_to_recordset($3) AS n (neighbor text, ${TYPED})`,
      [sourceId, kind, JSON.stringify(fresh.map(rowJson))],
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

function rowJson(session: Session) {
  const prefixes = openJson(session.prefixesOpen)
  return {
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

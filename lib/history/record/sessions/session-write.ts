import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type MustFindEveryRow, checkRowsFound } from '../stale-state-error.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
  updateRows,
} from '../write-rows.ts'
import type { PastSession, RecordedSession } from './session-rows.ts'
import {
  getMoveAtIntervalBegin,
  hasOnlyLastReadChanges,
  type SessionKind,
  type SessionComparison,
} from './compare-sessions.ts'

/** Sessions of a source after a poll. */
interface ReadSessions {
  sourceId: number
  kind: SessionKind
  steps: readonly SessionComparison[]
}

interface Written {
  sourceId: number
  kind: SessionKind
  session: RecordedSession
}
interface Ended extends Pick<PastSession, 'session' | 'interval'> {
  sourceId: number
}

const KEYS: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  id: ['int', ({ session }) => session.id],
}
const STATE: WrittenColumnDefinitions<Pick<Written, 'session'>> = {
  state: ['text', ({ session }) => session.state],
  azure_state: ['text', ({ session }) => session.azureState],
  asn: ['bigint', ({ session }) => session.asn],
  down_reason: ['text', ({ session }) => session.downReason],
  transitions: ['int', ({ session }) => session.transitions],
}
const MOVED: WrittenColumnDefinitions<Pick<Written, 'session'>> = {
  established_earliest: ['timestamptz', ({ session }) => session.moved?.earliest],
  established_latest: ['timestamptz', ({ session }) => session.moved?.latest],
}
const MOVED_AT_BEGIN: WrittenColumnDefinitions<Ended> = {
  established_earliest: ['timestamptz', ({ session }) => getMoveAtIntervalBegin(session).moved?.earliest],
  established_latest: ['timestamptz', ({ session }) => getMoveAtIntervalBegin(session).moved?.latest],
}
const LAST_READ: WrittenColumnDefinitions<Written> = {
  ...MOVED,
  missing_polls: ['int', ({ session }) => session.missingPolls],
  seen_started_at: ['timestamptz', ({ session }) => session.seen?.startedAt],
  seen_finished_at: ['timestamptz', ({ session }) => session.seen?.finishedAt],
  messages_sent: ['numeric', ({ session }) => session.messages.sent],
  messages_received: ['numeric', ({ session }) => session.messages.received],
  life: ['jsonb', ({ session }) => session.uptime],
}
const CURRENT: WrittenColumnDefinitions<Written> = {
  ...STATE,
  ...LAST_READ,
  local_address: ['text', ({ session }) => session.localAddress],
  ever_established: ['boolean', ({ session }) => session.everEstablished],
  ...createOpenIntervalColumns(({ session }) => session.open),
  closed_until: ['timestamptz', ({ session }) => session.closedUntil],
  prefixes_received: ['int', ({ session }) => session.prefixesReceived],
  ...createOpenIntervalColumns(({ session }) => session.prefixesOpen, 'prefixes_'),
}
const FRESH: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  kind: ['text', ({ kind }) => kind],
  neighbor: ['text', ({ session }) => session.neighbor],
  ...CURRENT,
}
const ENDED: WrittenColumnDefinitions<Ended> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  session_id: ['int', ({ session }) => session.id],
  ...createClosedIntervalColumns(({ interval }) => interval),
}

/**
 * Writes the results of polls to the session table; the polls may be of different sources. Sessions whose state did not
 * change are updated by a separate statement that writes fewer columns.
 * Known sessions are updated by their ID instead of by an upsert, because an upsert uses up a number of the ID sequence
 * even for an existing row.
 * No index contains the columns that usually change, so that Postgres can keep the new version of the row on the same
 * page (HOT update).
 */
export async function saveSessions(
  client: SqlExecutor,
  polls: readonly ReadSessions[],
  must: MustFindEveryRow,
): Promise<void> {
  const steps = polls.flatMap(({ steps: own, ...poll }) => own.map((step) => ({ ...poll, ...step })))
  const ended = (of: 'past' | 'pastPrefixes') =>
    steps.flatMap(({ sourceId, [of]: own }) => own.map((one) => ({ sourceId, ...one })))
  await insertRows(client, 'session_interval', { ...ENDED, ...STATE, ...MOVED_AT_BEGIN }, ended('past'))
  const prefixes: WrittenColumnDefinitions<Ended> = {
    prefixes_received: ['int', ({ session }) => session.prefixesReceived],
  }
  await insertRows(client, 'session_prefixes', { ...ENDED, ...prefixes }, ended('pastPrefixes'))
  const {
    again = [],
    known = [],
    fresh = [],
  } = Object.groupBy(steps, (step) => (hasOnlyLastReadChanges(step) ? 'again' : step.before ? 'known' : 'fresh'))
  const found = await updateRows(client, 'session', KEYS, LAST_READ, again, { name: 'session_read_again' })
  checkRowsFound(must, 'session', found, again.length)
  await updateRows(client, 'session', KEYS, CURRENT, known)
  await insertRows(client, 'session', FRESH, fresh)
}

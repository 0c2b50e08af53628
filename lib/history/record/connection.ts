import type { PoolClient } from 'pg'
import { armTypes, type ObservedChange, type ConnectionRow } from '#lib/contract/index.ts'
import type { AzureConnectionState } from '../types.ts'
import type { CounterSample } from './counters.ts'
import {
  type ClosedInterval,
  endStateInterval,
  getIntervalEndBounds,
  type OpenInterval,
  beginStateInterval,
  openIntervalAfter,
} from './interval.ts'
import { findFieldChanges } from './json-diff.ts'
import { formatIsoTime } from '../times.ts'
import type { ProvenAbsenceOfPoll } from './poll-reading.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
} from './write-rows.ts'

/** Current status that a connection reports about itself. */
export interface KnownConnection {
  live: AzureConnectionState
  open: OpenInterval
}

/**
 * How a poll changes the stored state of a connection. `known` = state before the poll (null = the connection is new),
 * `after` = state after it, `past` = the interval that the poll ends (null = none).
 */
export interface ConnectionStatusComparison {
  known: KnownConnection | null
  after: KnownConnection
  past: ClosedInterval | null
}

/** Returns status, weight, FastPath, tunnels and users of a connection in the stored form. */
function liveOf({ connectionStatus, routingWeight, fastPath, tunnels, clients }: ConnectionRow): AzureConnectionState {
  return {
    connectionStatus,
    routingWeight,
    fastPath,
    tunnels: byName(
      tunnels.map(({ name, status, establishedAt }) => ({
        name,
        status,
        ...(establishedAt !== undefined && { establishedAt: formatIsoTime(establishedAt) }),
      })),
    ),
    ...(clients !== undefined && { clients }),
  }
}

/**
 * Adds the known tunnels that the response lacks, with their known state. This is used if the response is partly
 * unreadable, because a missing tunnel may then be an unreadable one.
 */
function withKnownTunnels(read: AzureConnectionState, known: AzureConnectionState): AzureConnectionState {
  const names = new Set(read.tunnels.map(({ name }) => name))
  const lacking = known.tunnels.filter(({ name }) => !names.has(name))
  return { ...read, tunnels: byName([...read.tunnels, ...lacking]) }
}

const byName = (tunnels: AzureConnectionState['tunnels']): AzureConnectionState['tunnels'] =>
  tunnels.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

/** Returns the counters of a connection and of its tunnels. */
export function listConnectionCounters({ counters, tunnels }: ConnectionRow): CounterSample[] {
  return [
    { path: '', bytesIn: counters.bytesIn, bytesOut: counters.bytesOut },
    ...tunnels.map(({ name, bytesIn, bytesOut }) => ({ path: `tunnel/${name}`, bytesIn, bytesOut })),
  ]
}

/**
 * Compares a poll of a connection with the known state. Status, weight, FastPath, tunnels and users are stored as
 * intervals.
 * @returns `step` = the change to store; null if nothing changed. A different number of users is stored, too, but does
 *   not count as a change of configuration (ADR 0371).
 */
export function compareConnection(
  known: KnownConnection | null,
  reading: ProvenAbsenceOfPoll,
  resourceId: string,
  row: ConnectionRow,
): { changes: ObservedChange[]; step: ConnectionStatusComparison | null } {
  const read = liveOf(row)
  if (!known)
    return { changes: [], step: { known, after: { live: read, open: beginStateInterval(reading, '') }, past: null } }
  const live = reading.readsAbsence('') ? read : withKnownTunnels(read, known.live)
  const fields = findFieldChanges(known.live, live)
  if (fields.length === 0) return { changes: [], step: null }
  const past = endStateInterval(known.open, reading, '')
  const configured = fields.filter(({ path }) => !path.startsWith('/clients'))
  const change = {
    type: 'config',
    op: 'changed',
    resourceId,
    resourceType: armTypes.connection,
    fields: configured,
    between: getIntervalEndBounds(past),
  } as const
  return {
    changes: configured.length === 0 ? [] : [change],
    step: { known, after: { live, open: openIntervalAfter(reading, past.lastPresent) }, past },
  }
}

interface Written {
  sourceId: number
  connection: KnownConnection
}

const STATE: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  state: ['jsonb', ({ connection }) => connection.live],
}

export async function saveConnection(
  client: PoolClient,
  sourceId: number,
  { known, after, past }: ConnectionStatusComparison,
): Promise<void> {
  const ended: WrittenColumnDefinitions<Written & { past: ClosedInterval }> = {
    ...STATE,
    ...createClosedIntervalColumns((row) => row.past),
  }
  if (known && past) await insertRows(client, 'connection_interval', ended, [{ sourceId, connection: known, past }])
  const current: WrittenColumnDefinitions<Written> = {
    ...STATE,
    ...createOpenIntervalColumns(({ connection }) => connection.open),
    closed_until: ['timestamptz', () => past?.firstAbsent],
  }
  await insertRows(client, 'connection_state AS c', current, [{ sourceId, connection: after }], {
    more: `ON CONFLICT (source_id) DO UPDATE
      SET state = excluded.state, last_absent = excluded.last_absent, first_present = excluded.first_present,
          last_present = excluded.last_present, closed_until = coalesce(excluded.closed_until, c.closed_until)`,
  })
}

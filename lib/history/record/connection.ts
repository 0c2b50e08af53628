import type { PoolClient } from 'pg'
import { armTypes, type Change, type ConnectionRow } from '#lib/contract/index.ts'
import type { ConnectionLive } from '../types.ts'
import { type CounterSample, recordCounters } from './counters.ts'
import { closed, endOf, type Open, opened, openedAfter } from './interval.ts'
import { fieldsThatDiffer } from './json-diff.ts'
import { closedJson, openJson, openOf, type OpenRow } from './open-row.ts'
import { iso } from '../times.ts'
import type { Reading } from './reading.ts'

/** Records what one connection says of itself: status, weight and FastPath as intervals, bytes as counters. */
export async function recordConnection(
  client: PoolClient,
  reading: Reading,
  resourceId: string,
  rows: readonly ConnectionRow[],
): Promise<Change[]> {
  const [row] = rows
  if (!row) return []
  const changes = await recordLive(client, reading, resourceId, liveOf(row))
  return [...changes, ...(await recordCounters(client, reading, samplesOf(row)))]
}

/** Status, weight, FastPath and tunnels of a connection, as history keeps them. */
export function liveOf({ connectionStatus, routingWeight, fastPath, tunnels }: ConnectionRow): ConnectionLive {
  return {
    connectionStatus,
    routingWeight,
    fastPath,
    tunnels: byName(
      tunnels.map(({ name, status, establishedAt }) => ({
        name,
        status,
        ...(establishedAt !== undefined && { establishedAt: iso(establishedAt) }),
      })),
    ),
  }
}

/** Tunnels that an answer lacks of which parts could not be read are as they were. */
export function withKnownTunnels(read: ConnectionLive, known: ConnectionLive): ConnectionLive {
  const names = new Set(read.tunnels.map(({ name }) => name))
  const lacking = known.tunnels.filter(({ name }) => !names.has(name))
  return { ...read, tunnels: byName([...read.tunnels, ...lacking]) }
}

const byName = (tunnels: ConnectionLive['tunnels']): ConnectionLive['tunnels'] =>
  tunnels.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

/** The counters of a connection and of its tunnels. */
export function samplesOf({ counters, tunnels }: ConnectionRow): CounterSample[] {
  return [
    { path: '', bytesIn: counters.bytesIn, bytesOut: counters.bytesOut },
    ...tunnels.map(({ name, bytesIn, bytesOut }) => ({ path: `tunnel/${name}`, bytesIn, bytesOut })),
  ]
}

async function recordLive(
  client: PoolClient,
  reading: Reading,
  resourceId: string,
  read: ConnectionLive,
): Promise<Change[]> {
  const { sourceId } = reading
  const { rows } = await client.query<OpenRow & { state: ConnectionLive | null }>(
    'SELECT state, last_absent, first_present, last_present FROM connection_state WHERE source_id = $1 FOR UPDATE',
    [sourceId],
  )
  const [known] = rows
  const open = known ? openOf(known) : null
  if (!open || !known?.state) {
    await save(client, sourceId, read, opened(reading, ''), null)
    return []
  }
  const live = reading.readsAbsence('') ? read : withKnownTunnels(read, known.state)
  const fields = fieldsThatDiffer(known.state, live)
  if (fields.length === 0) return []
  const past = closed(open, reading, '')
  await client.query(
    `INSERT INTO connection_interval (source_id, state, last_absent, first_present, last_present, first_absent)
     SELECT $1, $2, last_absent, first_present, last_present, first_absent
     FROM jsonb_to_record($3) AS c (last_absent timestamptz, first_present timestamptz, last_present timestamptz,
                                    first_absent timestamptz)`,
    [sourceId, JSON.stringify(known.state), JSON.stringify(closedJson(past))],
  )
  await save(client, sourceId, live, openedAfter(reading, past.lastPresent), closedJson(past).first_absent)
  return [
    { type: 'config', op: 'changed', resourceId, resourceType: armTypes.connection, fields, between: endOf(past) },
  ]
}

async function save(
  client: PoolClient,
  sourceId: number,
  live: ConnectionLive,
  open: Open,
  closedUntil: string | null,
): Promise<void> {
  const { last_absent, first_present, last_present } = openJson(open)
  await client.query(
    `INSERT INTO connection_state AS c (source_id, state, last_absent, first_present, last_present, closed_until)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (source_id) DO UPDATE
     SET state = excluded.state, last_absent = excluded.last_absent, first_present = excluded.first_present,
         last_present = excluded.last_present, closed_until = coalesce(excluded.closed_until, c.closed_until)`,
    [sourceId, JSON.stringify(live), last_absent, first_present, last_present, closedUntil],
  )
}

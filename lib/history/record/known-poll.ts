import { type PollObservation, type PollRowShape, getPollRowShape } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readMetricSeries } from '../read/traffic/metric-series.ts'
import type { AzureConnectionState } from '../types.ts'
import { ARP_ENTRY_SQL_COLUMNS, type ArpEntry, convertArpEntryRow, type ArpEntryRow } from './arp.ts'
import type { KnownConnection } from './connection.ts'
import { COUNTER_SQL_COLUMNS, type CounterPairColumns, convertCounterRow, type KnownCounter } from './counters.ts'
import type { MetricSeries } from './metric-series.ts'
import { convertToOpenInterval, type OpenIntervalColumns } from './open-row.ts'
import type { PollState } from './poll-state.ts'
import {
  SESSION_SQL_COLUMNS,
  type RecordedSession,
  convertSessionRow,
  type SessionRow,
} from './sessions/session-rows.ts'
import type { KnownInventory } from './inventory/compare-inventory.ts'
import type { KnownTable } from './routes/compare-route-table.ts'

/**
 * Stored state of a (source, kind) with which its next poll is compared. Fields that only other kinds use are empty.
 */
export interface StoredPollStateAndRows {
  state: PollState
  sessions: readonly RecordedSession[]
  arp: readonly ArpEntry[]
  counters: readonly KnownCounter[]
  connection: KnownConnection | null
  /** every metric series of the source */
  series: readonly MetricSeries[]
  /** known route table; null = not loaded, because the poll's table is unchanged or its kind has no route table */
  table: KnownTable | null
  /** known resources of an inventory; null = not loaded */
  inventory: KnownInventory | null
}

/** Returns a {@link StoredPollStateAndRows} with only a state and no rows. */
export const createKnownPollWithoutRows = (state: PollState): StoredPollStateAndRows => ({
  state,
  sessions: [],
  arp: [],
  counters: [],
  connection: null,
  series: [],
  table: null,
  inventory: null,
})

type RecordedPoll = { sourceId: number; observation: Pick<PollObservation, 'kind'> }

/** Stored rows of the (source, kind) of a poll. */
type KnownRows = Omit<StoredPollStateAndRows, 'state' | 'table' | 'inventory'>

/**
 * Reads the stored rows with which polls are compared, with one statement per table. Route tables and inventories are
 * not read here.
 */
export async function loadRowsToCompare(
  db: SqlExecutor,
  polls: readonly RecordedPoll[],
): Promise<(poll: RecordedPoll) => KnownRows> {
  const sourcesOf = (...shapes: PollRowShape[]) =>
    polls.flatMap(({ sourceId, observation }) => (shapes.includes(getPollRowShape(observation.kind)) ? [sourceId] : []))
  const sessions = await loadSessions(db, polls)
  const arp = await ofSources<ArpEntryRow>(
    db,
    sourcesOf('arp'),
    `SELECT source_id, ${ARP_ENTRY_SQL_COLUMNS} FROM arp_entry`,
  )
  const counters = await ofSources<CounterPairColumns>(
    db,
    sourcesOf('counters', 'connection'),
    `SELECT source_id, ${COUNTER_SQL_COLUMNS} FROM counter`,
  )
  const connections = await ofSources<ConnectionRow>(
    db,
    sourcesOf('connection'),
    'SELECT source_id, state, last_absent, first_present, last_present FROM connection_state',
  )
  const series = await readMetricSeries(db, sourcesOf('buckets'))
  return ({ sourceId, observation: { kind } }) => {
    const shape = getPollRowShape(kind)
    const isCounted = shape === 'counters' || shape === 'connection'
    return {
      sessions: sessions.get(`${sourceId} ${kind}`) ?? [],
      arp: shape === 'arp' ? (arp.get(sourceId) ?? []).map(convertArpEntryRow) : [],
      counters: isCounted ? (counters.get(sourceId) ?? []).map(convertCounterRow) : [],
      connection: shape === 'connection' ? connectionOf(connections.get(sourceId)?.[0]) : null,
      series: shape === 'buckets' ? (series.get(sourceId) ?? []) : [],
    }
  }
}

type ConnectionRow = OpenIntervalColumns & { state: AzureConnectionState | null }

function connectionOf(row: ConnectionRow | undefined): KnownConnection | null {
  const open = row ? convertToOpenInterval(row) : null
  return row?.state && open ? { live: row.state, open } : null
}

/** Returns every session that the sources ever reported, ongoing or ended. */
async function loadSessions(db: SqlExecutor, polls: readonly RecordedPoll[]): Promise<Map<string, RecordedSession[]>> {
  const asked = polls.filter(({ observation: { kind } }) => kind === 'peers' || kind === 'summary')
  if (asked.length === 0) return new Map()
  const { rows } = await db.query<SessionRow & { source_id: number; kind: string }>(
    `SELECT s.source_id, s.kind, ${SESSION_SQL_COLUMNS}
     FROM session s JOIN unnest($1::int[], $2::text[]) AS n (source, of_kind) ON s.source_id = n.source AND s.kind = n.of_kind
     WHERE s.source_id = ANY ($1::int[])`,
    [asked.map(({ sourceId }) => sourceId), asked.map(({ observation }) => observation.kind)],
  )
  const grouped = Map.groupBy(rows, (row) => `${row.source_id} ${row.kind}`)
  return new Map([...grouped].map(([key, found]) => [key, found.map(convertSessionRow)]))
}

/**
 * Returns rows grouped by source.
 * @param select query of rows with `source_id`, without a condition
 */
async function ofSources<Row extends object>(
  db: SqlExecutor,
  sourceIds: readonly number[],
  select: string,
): Promise<Map<number, (Row & { source_id: number })[]>> {
  if (sourceIds.length === 0) return new Map()
  const { rows } = await db.query<Row & { source_id: number }>(`${select} WHERE source_id = ANY ($1::int[])`, [
    sourceIds,
  ])
  return Map.groupBy(rows, ({ source_id }) => source_id)
}

import type { PollCoverageColumns } from '../read/polls/coverage-intervals.ts'
import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  type PollObservation,
  type PollKind,
  type CircuitPath,
  circuitPaths,
  type CounterRow,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { SOURCE_COLUMNS, convertSourceRefRow, type SourceRefRow } from '../read/polls/list-sources.ts'
import { formatIsoTime, toEpochMs } from '../times.ts'
import type { SourceRef } from '../types.ts'
import { type PollTime, computePollTimes, type StoredCoverageInterval } from './poll-times.ts'
import { collectKnownPollTimes } from './replay-spans.ts'
import type { ReplayableSourceRows } from './replay-table.ts'
import { readReplayTable } from './tables.ts'
import type { CounterSampleRow } from '../record/counters.ts'

/** A poll that was reconstructed from stored history. */
interface ReplayedPoll {
  source: SourceRef
  observation: PollObservation
  /** poll interval at the begin of its coverage interval, seconds */
  everySeconds: number
  /** local addresses of the sessions by address family; for kind `summary` the MSEE's addresses on this path */
  localAddresses: ValueByAddressFamily
}

interface Lane {
  source: SourceRef
  kind: PollKind
  polls: { time: PollTime; interval: StoredCoverageInterval; everySeconds: number }[]
  table: ReplayableSourceRows
}

/**
 * Kinds whose stored rows are enough for detection. Message counts are not stored, so stalled sessions cannot be
 * replayed.
 */
const REPLAYED: readonly PollKind[] = ['peers', 'summary', 'arp', 'learned', 'tables', 'stats', 'inventory', 'activity']

/**
 * Reconstructs the polls of a period from the stored intervals and coverage, in the order in which they ended. The rows
 * of each poll and the bounds of every change are exact, so recording the polls again gives the same intervals. The
 * times of polls between changes are not stored; they are placed evenly within the coverage. The rows of each source
 * and kind are kept in memory.
 * @param scopes short IDs of resources; null = all
 */
export async function* replayPolls(
  db: SqlExecutor,
  query: { from: EpochMs; to: EpochMs; scopes: readonly string[] | null },
): AsyncGenerator<ReplayedPoll> {
  const lanes = await readLanes(db, query)
  const next = lanes.map(() => 0)
  for (;;) {
    const at = earliest(lanes, next)
    const lane = lanes[at]
    const index = next[at] ?? 0
    const poll = lane?.polls[index]
    if (!lane || !poll) return
    next[at] = index + 1
    yield {
      source: lane.source,
      observation: observationOf(lane, poll.time, poll.interval, index),
      everySeconds: poll.everySeconds,
      localAddresses: lane.table.localAddresses,
    }
  }
}

/** Returns the maximum number of polls that {@link replayPolls} yields: the number counted by coverage. */
export async function countPolls(
  db: SqlExecutor,
  { from, to, scopes }: { from: EpochMs; to: EpochMs; scopes: readonly string[] | null },
): Promise<number> {
  const { rows } = await db.query<{ polls: string | null }>(
    `SELECT sum(c.polls) AS polls FROM coverage c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
     WHERE c.kind = ANY ($1) AND c.to_at >= $2 AND c.from_at <= $3 AND ($4::text[] IS NULL OR r.short_id = ANY ($4))`,
    [REPLAYED, formatIsoTime(from), formatIsoTime(to), scopes],
  )
  return Number(rows[0]?.polls ?? 0)
}

function earliest(lanes: readonly Lane[], next: readonly number[]): number {
  let best = -1
  let bestEnd = Infinity
  for (const [i, { polls }] of lanes.entries()) {
    const end = polls[next[i] ?? 0]?.time.finishedAt ?? Infinity
    if (end < bestEnd) [best, bestEnd] = [i, end]
  }
  return best
}

async function readLanes(
  db: SqlExecutor,
  { from, to, scopes }: { from: EpochMs; to: EpochMs; scopes: readonly string[] | null },
): Promise<Lane[]> {
  const { rows } = await db.query<SourceRefRow & CoverageRow>(
    `SELECT ${SOURCE_COLUMNS}, c.kind, c.from_at, c.last_started_at, c.to_at, c.polls, c.outcome, c.silent_instances,
            c.interval_seconds
     FROM coverage c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
     WHERE c.kind = ANY ($1) AND c.to_at >= $2 AND c.from_at <= $3 AND ($4::text[] IS NULL OR r.short_id = ANY ($4))
     ORDER BY s.id, c.kind, c.from_at`,
    [REPLAYED, formatIsoTime(from), formatIsoTime(to), scopes],
  )
  const lanes: Lane[] = []
  for (const intervals of Map.groupBy(rows, (row) => `${convertSourceRefRow(row).sourceId} ${row.kind}`).values()) {
    const [first] = intervals
    if (first) lanes.push(await readLane(db, first, intervals, { from, to }))
  }
  return lanes
}

interface CoverageRow extends PollCoverageColumns {
  last_started_at: Date
}

async function readLane(
  db: SqlExecutor,
  first: SourceRefRow & CoverageRow,
  rows: readonly CoverageRow[],
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Lane> {
  const source = convertSourceRefRow(first)
  const { kind } = first
  if (kind === 'stats') {
    const { table, polls } = await readCounters(db, { sourceId: source.sourceId, from, to })
    return {
      source,
      kind,
      table,
      polls: polls.map((time) => ({ time, interval: goodInterval(time), everySeconds: first.interval_seconds })),
    }
  }
  const table = await readReplayTable(db, { sourceId: source.sourceId, kind, from, to })
  if (!table) throw new Error(`polls of kind ${kind} can not be replayed`)
  const known = collectKnownPollTimes(table.spans)
  const polls = rows.flatMap((row) => {
    const interval: StoredCoverageInterval = {
      from: toEpochMs(row.from_at),
      lastStartedAt: toEpochMs(row.last_started_at),
      to: toEpochMs(row.to_at),
      polls: row.polls,
      outcome: row.outcome,
      silentInstances: row.silent_instances,
    }
    return computePollTimes(interval, known).map((time) => ({ time, interval, everySeconds: row.interval_seconds }))
  })
  return { source, kind, table, polls: polls.filter(({ time }) => time.startedAt >= from && time.finishedAt <= to) }
}

const goodInterval = ({ startedAt, finishedAt }: PollTime): StoredCoverageInterval => ({
  from: startedAt,
  lastStartedAt: startedAt,
  to: finishedAt,
  polls: 1,
  outcome: 'ok',
  silentInstances: [],
})

function observationOf(
  { source, kind, table }: Lane,
  time: PollTime,
  interval: StoredCoverageInterval,
  index: number,
): PollObservation {
  const { outcome, silentInstances } = interval
  const nothing = kind === 'inventory' ? { resources: [], listedTypes: [], failedTypes: [] } : []
  return {
    target: { resourceId: source.resourceId, subresource: source.subresource },
    kind,
    ...time,
    outcome,
    error: null,
    silentInstances: [...silentInstances],
    budget: null,
    correlationId: '',
    rows: outcome === 'ok' || outcome === 'incomplete' ? table.rowsAt({ ...time, index, silentInstances }) : nothing,
    // the rows have the type of the poll's kind, because the table was read for that kind
  } as PollObservation
}

/** Returns a circuit's counters by poll, as far as raw samples are still stored (setting RETAIN_RAW). */
async function readCounters(
  db: SqlExecutor,
  { sourceId, from, to }: { sourceId: number; from: EpochMs; to: EpochMs },
): Promise<{ table: ReplayableSourceRows; polls: PollTime[] }> {
  const { rows } = await db.query<CounterSampleRow & { path: string }>(
    `SELECT c.path, x.started_at, x.finished_at, x.bytes_in, x.bytes_out
     FROM counter_sample x JOIN counter c ON c.id = x.counter_id AND c.source_id = x.source_id
     WHERE x.source_id = $1 AND x.started_at BETWEEN $2 AND $3 ORDER BY x.started_at, c.path`,
    [sourceId, formatIsoTime(from), formatIsoTime(to)],
  )
  const byPoll = Map.groupBy(rows, ({ started_at }) => toEpochMs(started_at))
  const polls = [...byPoll].map(([startedAt, samples]) => ({
    startedAt,
    finishedAt: toEpochMs(samples[0]?.finished_at ?? new Date(startedAt)),
  }))
  return {
    polls,
    table: {
      spans: [],
      rowsAt: ({ startedAt }) =>
        (byPoll.get(startedAt) ?? []).map(
          ({ path, bytes_in, bytes_out }): CounterRow => ({
            path: pathOf(path),
            bytesIn: bytes_in === null ? null : BigInt(bytes_in),
            bytesOut: bytes_out === null ? null : BigInt(bytes_out),
          }),
        ),
      localAddresses: { ipv4: null, ipv6: null },
    },
  }
}

const pathOf = (text: string): CircuitPath | null => circuitPaths.find((path) => path === text) ?? null

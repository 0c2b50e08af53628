import type { CounterResetChange, CounterRow, EpochMs } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '../times.ts'
import { type MustFindEveryRow, checkRowsFound } from './stale-state-error.ts'
import { ensurePartitionsForTimes } from './partitions.ts'
import { type WrittenColumnDefinitions, insertRows, updateRows } from './write-rows.ts'

/**
 * Pair of byte counters (in and out) as read by a poll. `path`: `primary`, `secondary`, '' for a whole connection, or
 * `tunnel/NAME`.
 */
export interface CounterSample {
  path: string
  bytesIn: bigint | null
  bytesOut: bigint | null
}

/** A counter pair with its newest sample. */
export interface KnownCounter extends CounterSample {
  /** database ID; null = the counter is not stored yet */
  id: number | null
  /** start of the newest sample; null = no sample yet */
  startedAt: EpochMs | null
}

/** A stored sample of a counter pair. */
export interface CounterSampleRow {
  started_at: Date
  finished_at: Date
  bytes_in: string | null
  bytes_out: string | null
}

/** A row of {@link COUNTER_SQL_COLUMNS}. */
export interface CounterPairColumns extends Pick<CounterSampleRow, 'bytes_in' | 'bytes_out'> {
  id: number
  path: string
  started_at: Date | null
}

/** Columns that {@link convertCounterRow} needs. */
export const COUNTER_SQL_COLUMNS = 'id, path, started_at, bytes_in::text, bytes_out::text'

export function convertCounterRow(row: CounterPairColumns): KnownCounter {
  return {
    id: row.id,
    path: row.path,
    startedAt: toEpochMs(row.started_at),
    bytesIn: row.bytes_in === null ? null : BigInt(row.bytes_in),
    bytesOut: row.bytes_out === null ? null : BigInt(row.bytes_out),
  }
}

const counters = ['bytesIn', 'bytesOut'] as const

/** Returns the counters of a circuit's paths. */
export function listCircuitCounters(rows: readonly CounterRow[]): CounterSample[] {
  return rows.map(({ path, bytesIn, bytesOut }) => ({ path: path ?? '', bytesIn, bytesOut }))
}

/** Result of a poll for a counter pair. */
export interface CounterPairComparison {
  known: KnownCounter
  sample: CounterSample
}

/**
 * Compares samples of cumulative counters with the known ones, exactly. A counter that decreased is reported as a
 * change (reset).
 * @param known every counter of the source
 */
export function compareCounters(
  known: readonly KnownCounter[],
  { startedAt, finishedAt }: { startedAt: EpochMs; finishedAt: EpochMs },
  samples: readonly CounterSample[],
): { changes: CounterResetChange[]; steps: CounterPairComparison[]; after: KnownCounter[] } {
  const byPath = new Map(known.map((counter) => [counter.path, counter]))
  const steps = countedSamples(samples).map((sample) => ({
    known: byPath.get(sample.path) ?? { id: null, startedAt: null, path: sample.path, bytesIn: null, bytesOut: null },
    sample,
  }))
  for (const { known: before, sample } of steps) byPath.set(sample.path, { ...before, ...sample, startedAt })
  return {
    changes: steps.flatMap(({ known: before, sample }) => counterResets(sample, before, finishedAt)),
    steps,
    after: [...byPath.values()],
  }
}

/**
 * Returns the samples with at least one value, one per path, ordered by path. If a path occurs twice, its first row is
 * used.
 */
function countedSamples(samples: readonly CounterSample[]): CounterSample[] {
  const byPath = new Map(samples.toReversed().map((sample) => [sample.path, sample]))
  return [...byPath.values()]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .filter((sample) => sample.bytesIn !== null || sample.bytesOut !== null)
}

/** Returns the changes for counters that decreased since their newest sample. */
function counterResets(sample: CounterSample, before: KnownCounter, finishedAt: EpochMs): CounterResetChange[] {
  const { startedAt } = before
  if (startedAt === null) return []
  return counters.flatMap((counter) => {
    const [old, now] = [before[counter], sample[counter]]
    if (old === null || now === null || now >= old) return []
    const between = { earliest: startedAt, latest: finishedAt }
    const path = sample.path || null
    return [{ type: 'counterReset', path, counter, before: old.toString(), after: now.toString(), between }]
  })
}

/** Samples that one poll read from one source. */
interface ReadCounters {
  sourceId: number
  startedAt: EpochMs
  finishedAt: EpochMs
  steps: readonly CounterPairComparison[]
}

interface Written extends CounterPairComparison {
  sourceId: number
  id: number | undefined
  startedAt: EpochMs
  finishedAt: EpochMs
}

const LAST: WrittenColumnDefinitions<Written> = {
  started_at: ['timestamptz', ({ startedAt }) => startedAt],
  finished_at: ['timestamptz', ({ finishedAt }) => finishedAt],
  bytes_in: ['numeric', ({ sample }) => sample.bytesIn],
  bytes_out: ['numeric', ({ sample }) => sample.bytesOut],
}
const KEYS: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  id: ['int', ({ id }) => id],
}
const SAMPLE: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  counter_id: ['int', ({ id }) => id],
  ...LAST,
}

/** Writes samples of any sources. The table `counter` contains the last two samples of each counter pair. */
export async function saveCounters(
  client: SqlExecutor,
  polls: readonly ReadCounters[],
  must: MustFindEveryRow,
): Promise<void> {
  const read = polls.flatMap(({ steps, ...poll }) => steps.map((step) => ({ ...poll, ...step })))
  if (read.length === 0) return
  await ensurePartitionsForTimes(
    client,
    'counter_sample',
    read.map(({ startedAt }) => startedAt),
  )
  const made = await makeCounters(client, read)
  const rows = read.map((one) => ({ ...one, id: one.known.id ?? made.get(`${one.sourceId} ${one.known.path}`) }))
  const before: WrittenColumnDefinitions<Written> = {
    previous_started_at: ['timestamptz', ({ known }) => known.startedAt],
  }
  const found = await updateRows(client, 'counter', KEYS, { ...LAST, ...before }, rows, {
    set: Object.fromEntries(Object.keys(LAST).map((column) => [`previous_${column}`, `t.${column}`])),
    where: 't.started_at IS NOT DISTINCT FROM n.previous_started_at',
    name: 'counter',
  })
  checkRowsFound(must, 'counter', found, rows.length)
  await insertRows(client, 'counter_sample', SAMPLE, rows, { name: 'counter_sample' })
}

/**
 * Creates counters that are read for the first time.
 * @returns their IDs by source and path
 */
async function makeCounters(
  client: SqlExecutor,
  rows: readonly { sourceId: number; known: KnownCounter }[],
): Promise<Map<string, number>> {
  const fresh = rows.filter(({ known }) => known.id === null)
  const columns: WrittenColumnDefinitions<(typeof fresh)[number]> = {
    source_id: ['int', ({ sourceId }) => sourceId],
    path: ['text', ({ known }) => known.path],
  }
  const made = await insertRows<(typeof fresh)[number], { source_id: number; path: string; id: number }>(
    client,
    'counter',
    columns,
    fresh,
    { more: 'RETURNING source_id, path, id' },
  )
  return new Map(made.map(({ source_id, path, id }) => [`${source_id} ${path}`, id]))
}

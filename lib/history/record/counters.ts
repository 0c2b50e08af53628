import type { PoolClient } from 'pg'
import type { CounterResetChange, CounterRow, EpochMs } from '#lib/contract/index.ts'
import { iso, ms } from '../times.ts'
import { type Must, updated } from './must.ts'
import { partitionsFor } from './partitions.ts'

/** One counter pair as a poll read it. `path`: `primary`, `secondary`, '' for a whole connection, `tunnel/NAME`. */
export interface CounterSample {
  path: string
  bytesIn: bigint | null
  bytesOut: bigint | null
}

/** A counter pair with its newest sample. */
export interface KnownCounter extends CounterSample {
  /** null = not in the database yet */
  id: number | null
  /** null = there is no sample */
  startedAt: EpochMs | null
}

/** A row of {@link COUNTER_COLUMNS}. */
export interface CounterColumns {
  id: number
  path: string
  started_at: Date | null
  bytes_in: string | null
  bytes_out: string | null
}

/** What {@link counterOf} reads. */
export const COUNTER_COLUMNS = 'id, path, started_at, bytes_in::text, bytes_out::text'

export function counterOf(row: CounterColumns): KnownCounter {
  return {
    id: row.id,
    path: row.path,
    startedAt: ms(row.started_at),
    bytesIn: row.bytes_in === null ? null : BigInt(row.bytes_in),
    bytesOut: row.bytes_out === null ? null : BigInt(row.bytes_out),
  }
}

export const counters = ['bytesIn', 'bytesOut'] as const

/** The counters of a circuit's paths. */
export function statsSamples(rows: readonly CounterRow[]): CounterSample[] {
  return rows.map(({ path, bytesIn, bytesOut }) => ({ path: path ?? '', bytesIn, bytesOut }))
}

/** What a poll makes of one counter pair. */
export interface CounterStep {
  known: KnownCounter
  sample: CounterSample
}

/** Samples of cumulative counters, exactly; a counter that fell is a change. @param known every counter of the source */
export function stepCounters(
  known: readonly KnownCounter[],
  { startedAt, finishedAt }: { startedAt: EpochMs; finishedAt: EpochMs },
  samples: readonly CounterSample[],
): { changes: CounterResetChange[]; steps: CounterStep[]; after: KnownCounter[] } {
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

/** The samples that say anything, one for each path. */
function countedSamples(samples: readonly CounterSample[]): CounterSample[] {
  const byPath = new Map(samples.toReversed().map((sample) => [sample.path, sample]))
  return [...byPath.values()]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .filter((sample) => sample.bytesIn !== null || sample.bytesOut !== null)
}

/** What shows that a counter fell since its newest sample. */
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

/** Samples of one source. */
export interface ReadCounters {
  sourceId: number
  startedAt: EpochMs
  finishedAt: EpochMs
  steps: readonly CounterStep[]
}

/** Writes samples of any sources; `counter` keeps the last two of each pair. */
export async function saveCounters(client: PoolClient, polls: readonly ReadCounters[], must: Must): Promise<void> {
  const rows = polls.flatMap(({ steps, ...poll }) => steps.map((step) => ({ ...poll, ...step })))
  if (rows.length === 0) return
  await partitionsFor(
    client,
    'counter_sample',
    rows.map(({ startedAt }) => startedAt),
  )
  const made = await makeCounters(client, rows)
  const idOf = ({ known, sourceId }: (typeof rows)[number]) => known.id ?? made.get(`${sourceId} ${known.path}`)
  const values = [
    rows.map(({ sourceId }) => sourceId),
    rows.map(idOf),
    rows.map(({ startedAt }) => iso(startedAt)),
    rows.map(({ finishedAt }) => iso(finishedAt)),
    rows.map(({ sample }) => sample.bytesIn?.toString() ?? null),
    rows.map(({ sample }) => sample.bytesOut?.toString() ?? null),
  ]
  await updated(client, must, 'counter', rows.length, {
    text: `UPDATE counter c
     SET previous_started_at = c.started_at, previous_finished_at = c.finished_at,
         previous_bytes_in = c.bytes_in, previous_bytes_out = c.bytes_out,
         started_at = n.started_at, finished_at = n.finished_at, bytes_in = n.bytes_in, bytes_out = n.bytes_out
     FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[], $7::timestamptz[])
       AS n (source_id, id, started_at, finished_at, bytes_in, bytes_out, previous_started_at)
     WHERE c.source_id = n.source_id AND c.id = n.id AND c.started_at IS NOT DISTINCT FROM n.previous_started_at`,
    values: [...values, rows.map(({ known }) => iso(known.startedAt))],
  })
  await updated(client, must, 'counter_sample', rows.length, {
    text: `INSERT INTO counter_sample (source_id, counter_id, started_at, finished_at, bytes_in, bytes_out)
     SELECT * FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[])`,
    values,
  })
}

/** Numbers of counters that are read for the first time, by source and path. */
async function makeCounters(
  client: PoolClient,
  rows: readonly { sourceId: number; known: KnownCounter }[],
): Promise<Map<string, number>> {
  const fresh = rows.filter(({ known }) => known.id === null)
  if (fresh.length === 0) return new Map()
  const { rows: made } = await client.query<{ source_id: number; path: string; id: number }>(
    'INSERT INTO counter (source_id, path) SELECT * FROM unnest($1::int[], $2::text[]) RETURNING source_id, path, id',
    [fresh.map(({ sourceId }) => sourceId), fresh.map(({ known }) => known.path)],
  )
  return new Map(made.map(({ source_id, path, id }) => [`${source_id} ${path}`, id]))
}

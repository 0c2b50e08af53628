import type { PoolClient } from 'pg'
import type { Change, CounterResetChange, CounterRow, EpochMs } from '#lib/contract/index.ts'
import { iso, ms } from '../times.ts'
import { partitionsFor } from './partitions.ts'
import type { Reading } from './reading.ts'

/** One counter pair as a poll read it. `path`: `primary`, `secondary`, '' for a whole connection, `tunnel/NAME`. */
export interface CounterSample {
  path: string
  bytesIn: bigint | null
  bytesOut: bigint | null
}

/** The newest sample of one counter pair; a row of {@link COUNTER_COLUMNS}. */
export interface LatestCounter {
  id: number
  path: string
  started_at: Date | null
  bytes_in: string | null
  bytes_out: string | null
}

/** What {@link LatestCounter} holds. */
export const COUNTER_COLUMNS = 'id, path, started_at, bytes_in::text, bytes_out::text'

export const counters = ['bytesIn', 'bytesOut'] as const

/** The counters of a circuit's paths. */
export function statsSamples(rows: readonly CounterRow[]): CounterSample[] {
  return rows.map(({ path, bytesIn, bytesOut }) => ({ path: path ?? '', bytesIn, bytesOut }))
}

/** Records samples of cumulative counters, exactly; a counter that fell is a change. */
export async function recordCounters(
  client: PoolClient,
  reading: Reading,
  samples: readonly CounterSample[],
): Promise<Change[]> {
  const counted = countedSamples(samples)
  if (counted.length === 0) return []
  const latest = await latestOf(client, reading.sourceId, counted)
  await insertSamples(client, reading, counted, latest)
  return counted.flatMap((sample) => counterResets(sample, latest.get(sample.path), reading.finishedAt))
}

/** The samples that say anything, one for each path. */
export function countedSamples(samples: readonly CounterSample[]): CounterSample[] {
  return firstOfEach(samples).filter((sample) => sample.bytesIn !== null || sample.bytesOut !== null)
}

function firstOfEach(samples: readonly CounterSample[]): CounterSample[] {
  const byPath = new Map(samples.toReversed().map((sample) => [sample.path, sample]))
  return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function latestOf(
  client: PoolClient,
  sourceId: number,
  samples: readonly CounterSample[],
): Promise<Map<string, LatestCounter>> {
  const paths = samples.map(({ path }) => path)
  const select = () =>
    client.query<LatestCounter>(
      `SELECT ${COUNTER_COLUMNS} FROM counter
       WHERE source_id = $1 AND path = ANY ($2) ORDER BY id FOR UPDATE`,
      [sourceId, paths],
    )
  let { rows } = await select()
  if (rows.length < paths.length) {
    await client.query(
      'INSERT INTO counter (source_id, path) SELECT $1, unnest($2::text[]) ON CONFLICT (source_id, path) DO NOTHING',
      [sourceId, paths],
    )
    rows = (await select()).rows
  }
  return new Map(rows.map((row) => [row.path, row]))
}

async function insertSamples(
  client: PoolClient,
  { sourceId, startedAt, finishedAt }: Reading,
  samples: readonly CounterSample[],
  latest: ReadonlyMap<string, LatestCounter>,
): Promise<void> {
  await partitionsFor(client, 'counter_sample', [startedAt])
  const values = [
    sourceId,
    iso(startedAt),
    iso(finishedAt),
    samples.map(({ path }) => latest.get(path)?.id),
    samples.map(({ bytesIn }) => bytesIn?.toString() ?? null),
    samples.map(({ bytesOut }) => bytesOut?.toString() ?? null),
  ]
  await client.query(
    `UPDATE counter c
     SET previous_started_at = c.started_at, previous_finished_at = c.finished_at,
         previous_bytes_in = c.bytes_in, previous_bytes_out = c.bytes_out,
         started_at = $2, finished_at = $3, bytes_in = n.bytes_in, bytes_out = n.bytes_out
     FROM unnest($4::int[], $5::numeric[], $6::numeric[]) AS n (id, bytes_in, bytes_out)
     WHERE c.source_id = $1 AND c.id = n.id`,
    values,
  )
  await client.query(
    `INSERT INTO counter_sample (source_id, counter_id, started_at, finished_at, bytes_in, bytes_out)
     SELECT $1, id, $2, $3, bytes_in, bytes_out FROM unnest($4::int[], $5::numeric[], $6::numeric[]) AS n (id, bytes_in, bytes_out)`,
    values,
  )
}

/** What shows that a counter fell since its newest sample. */
export function counterResets(
  sample: CounterSample,
  before: LatestCounter | undefined,
  finishedAt: EpochMs,
): CounterResetChange[] {
  const sampledAt = before && ms(before.started_at)
  if (!before || sampledAt === null || sampledAt === undefined) return []
  const was = { bytesIn: before.bytes_in, bytesOut: before.bytes_out }
  return counters.flatMap((counter) => {
    const old = was[counter]
    const now = sample[counter]
    if (old === null || now === null || now >= BigInt(old)) return []
    const between = { earliest: sampledAt, latest: finishedAt }
    return [{ type: 'counterReset', path: sample.path || null, counter, before: old, after: now.toString(), between }]
  })
}

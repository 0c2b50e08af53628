import type { PoolClient } from 'pg'
import type { EpochMs, Observation } from '#lib/contract/index.ts'
import { samplesOf } from '../record/connection.ts'
import { type CounterSample, counters, statsSamples } from '../record/counters.ts'
import { partitionsFor } from '../record/partitions.ts'
import { iso } from '../times.ts'
import { extendCoverage } from './extend-coverage.ts'

export type CounterObservation = Extract<Observation, { kind: 'stats' | 'connection' }>

/** Rows of one statement. */
const PIECE = 5_000

interface Appended extends CounterSample {
  id: number
  startedAt: EpochMs
  finishedAt: EpochMs
}

interface Counter {
  id: number
  path: string
  bytes_in: string | null
  bytes_out: string | null
}

/**
 * Records polls that differ from the last recorded one of this (source, kind) by nothing but counters that have grown: many
 * samples at once, with the coverage of their polls. For a past that is made in bulk.
 * @throws RangeError as extendCoverage does, and when a counter fell or was not recorded before: such a poll reports more, and has
 *   to be recorded by itself
 */
export async function appendCounters(
  client: PoolClient,
  sourceId: number,
  observations: readonly CounterObservation[],
  options: { intervalSeconds: number },
): Promise<void> {
  const [first] = observations
  if (!first) return
  await extendCoverage(client, sourceId, first.kind, observations, options)
  const { rows } = await client.query<Counter>(
    'SELECT id, path, bytes_in::text, bytes_out::text FROM counter WHERE source_id = $1 FOR UPDATE',
    [sourceId],
  )
  const samples = grown(observations, new Map(rows.map((row) => [row.path, row])))
  for (let i = 0; i < samples.length; i += PIECE) await insert(client, sourceId, samples.slice(i, i + PIECE))
  await keepLastTwo(client, sourceId, samples)
}

/** Makes the day partitions that samples of [from, to] will go into, so that writers side by side don't wait for each other. */
export async function prepareCounterPartitions(client: PoolClient, from: EpochMs, to: EpochMs): Promise<void> {
  const days: EpochMs[] = []
  for (let at = from; at < to; at += 86_400_000) days.push(at)
  await partitionsFor(client, 'counter_sample', [...days, to])
}

function grown(observations: readonly CounterObservation[], known: ReadonlyMap<string, Counter>): Appended[] {
  const before = new Map(
    [...known].map(([path, { bytes_in, bytes_out }]) => [
      path,
      { bytesIn: bytes_in === null ? null : BigInt(bytes_in), bytesOut: bytes_out === null ? null : BigInt(bytes_out) },
    ]),
  )
  return observations.flatMap((observation) =>
    samplesIn(observation).map((sample) => {
      const last = before.get(sample.path)
      const id = known.get(sample.path)?.id
      if (!last || id === undefined) throw new RangeError(`the counter '${sample.path}' is new`)
      for (const counter of counters) {
        const [was, is] = [last[counter], sample[counter]]
        if (was !== null && is !== null && is < was) throw new RangeError(`the counter '${sample.path}' fell`)
      }
      before.set(sample.path, sample)
      return { ...sample, id, startedAt: observation.startedAt, finishedAt: observation.finishedAt }
    }),
  )
}

function samplesIn(observation: CounterObservation): CounterSample[] {
  const samples =
    observation.kind === 'stats' ? statsSamples(observation.rows) : observation.rows.slice(0, 1).flatMap(samplesOf)
  return samples.filter(({ bytesIn, bytesOut }) => bytesIn !== null || bytesOut !== null)
}

async function insert(client: PoolClient, sourceId: number, samples: readonly Appended[]): Promise<void> {
  const times = new Set(samples.map(({ startedAt }) => startedAt))
  await partitionsFor(client, 'counter_sample', [...times])
  await client.query(
    `INSERT INTO counter_sample (source_id, counter_id, started_at, finished_at, bytes_in, bytes_out)
     SELECT $1, * FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[])`,
    [sourceId, ...columns(samples)],
  )
}

/** The table of counters holds the last two samples of each. */
async function keepLastTwo(client: PoolClient, sourceId: number, samples: readonly Appended[]): Promise<void> {
  const byCounter = Map.groupBy(samples, ({ id }) => id)
  const lastTwo = [...byCounter.values()].map((own) => own.slice(-2))
  for (const pair of [lastTwo.flatMap((own) => own.slice(0, -1)), lastTwo.flatMap((own) => own.slice(-1))]) {
    if (pair.length === 0) continue
    await client.query(
      `UPDATE counter c
       SET previous_started_at = c.started_at, previous_finished_at = c.finished_at,
           previous_bytes_in = c.bytes_in, previous_bytes_out = c.bytes_out,
           started_at = n.started_at, finished_at = n.finished_at, bytes_in = n.bytes_in, bytes_out = n.bytes_out
       FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::numeric[], $6::numeric[])
         AS n (id, started_at, finished_at, bytes_in, bytes_out)
       WHERE c.source_id = $1 AND c.id = n.id`,
      [sourceId, ...columns(pair)],
    )
  }
}

function columns(samples: readonly Appended[]): unknown[] {
  return [
    samples.map(({ id }) => id),
    samples.map(({ startedAt }) => iso(startedAt)),
    samples.map(({ finishedAt }) => iso(finishedAt)),
    samples.map(({ bytesIn }) => bytesIn?.toString() ?? null),
    samples.map(({ bytesOut }) => bytesOut?.toString() ?? null),
  ]
}

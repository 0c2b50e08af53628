import type { PoolClient } from 'pg'
import type { EpochMs, Observation } from '#lib/contract/index.ts'
import { samplesOf } from '../record/connection.ts'
import {
  COUNTER_COLUMNS,
  type CounterColumns,
  knownCounterOf,
  type CounterSample,
  type KnownCounter,
  statsSamples,
  stepCounters,
} from '../record/counters.ts'
import { partitionsFor } from '../record/partitions.ts'
import { type Columns, insertRows, updateRows } from '../record/rows.ts'
import { extendCoverage } from './extend-coverage.ts'

export type CounterObservation = Extract<Observation, { kind: 'stats' | 'connection' }>

/** Rows of one statement. */
const PIECE = 5_000

interface Appended extends CounterSample {
  id: number
  startedAt: EpochMs
  finishedAt: EpochMs
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
  const { rows } = await client.query<CounterColumns>(
    `SELECT ${COUNTER_COLUMNS} FROM counter WHERE source_id = $1 FOR UPDATE`,
    [sourceId],
  )
  const samples = grown(observations, rows.map(knownCounterOf))
  for (let i = 0; i < samples.length; i += PIECE) await insert(client, sourceId, samples.slice(i, i + PIECE))
  await keepLastTwo(client, sourceId, samples)
}

/** Makes the day partitions that samples of [from, to] will go into, so that writers side by side don't wait for each other. */
export async function prepareCounterPartitions(client: PoolClient, from: EpochMs, to: EpochMs): Promise<void> {
  const days: EpochMs[] = []
  for (let at = from; at < to; at += 86_400_000) days.push(at)
  await partitionsFor(client, 'counter_sample', [...days, to])
}

function grown(observations: readonly CounterObservation[], counters: readonly KnownCounter[]): Appended[] {
  let known = counters
  return observations.flatMap((observation) => {
    const { changes, steps, after } = stepCounters(known, observation, samplesIn(observation))
    known = after
    const [fall] = changes
    if (fall) throw new RangeError(`the counter '${fall.path ?? ''}' fell`)
    const { startedAt, finishedAt } = observation
    return steps.map(({ known: { id, path }, sample }) => {
      if (id === null) throw new RangeError(`the counter '${path}' is new`)
      return { ...sample, id, startedAt, finishedAt }
    })
  })
}

const samplesIn = (observation: CounterObservation): CounterSample[] =>
  observation.kind === 'stats' ? statsSamples(observation.rows) : observation.rows.slice(0, 1).flatMap(samplesOf)

const LAST: Columns<Appended> = {
  started_at: ['timestamptz', ({ startedAt }) => startedAt],
  finished_at: ['timestamptz', ({ finishedAt }) => finishedAt],
  bytes_in: ['numeric', ({ bytesIn }) => bytesIn],
  bytes_out: ['numeric', ({ bytesOut }) => bytesOut],
}

async function insert(client: PoolClient, sourceId: number, samples: readonly Appended[]): Promise<void> {
  const times = new Set(samples.map(({ startedAt }) => startedAt))
  await partitionsFor(client, 'counter_sample', [...times])
  const columns: Columns<Appended> = {
    source_id: ['int', () => sourceId],
    counter_id: ['int', ({ id }) => id],
    ...LAST,
  }
  await insertRows(client, 'counter_sample', columns, samples)
}

/** The table of counters holds the last two samples of each. */
async function keepLastTwo(client: PoolClient, sourceId: number, samples: readonly Appended[]): Promise<void> {
  const lastTwo = [...Map.groupBy(samples, ({ id }) => id).values()].map((own) => own.slice(-2))
  const keys: Columns<Appended> = { source_id: ['int', () => sourceId], id: ['int', ({ id }) => id] }
  const set = Object.fromEntries(Object.keys(LAST).map((column) => [`previous_${column}`, `t.${column}`]))
  for (const pair of [lastTwo.flatMap((own) => own.slice(0, -1)), lastTwo.flatMap((own) => own.slice(-1))])
    await updateRows(client, 'counter', keys, LAST, pair, { set })
}

import type { PoolClient } from 'pg'
import type { EpochMs, PollObservation } from '#lib/contract/index.ts'
import { listConnectionCounters } from '../record/connection.ts'
import {
  COUNTER_SQL_COLUMNS,
  type CounterPairColumns,
  convertCounterRow,
  type CounterSample,
  type KnownCounter,
  listCircuitCounters,
  compareCounters,
} from '../record/counters.ts'
import { ensurePartitionsForTimes } from '../record/partitions.ts'
import { type WrittenColumnDefinitions, insertRows, updateRows } from '../record/write-rows.ts'
import {
  extendCoverageByUnchangedPolls,
  buildStoredPollKey,
  type StoredPollStatesByKey,
  type UnchangedPollRun,
} from './extend-coverage.ts'

export type CounterObservation = Extract<PollObservation, { kind: 'stats' | 'connection' }>

interface Appended extends CounterSample {
  sourceId: number
  id: number
  startedAt: EpochMs
  finishedAt: EpochMs
}

/**
 * Stores counter samples of a generated past for the demo: many polls in one call, with their coverage. The input
 * consists of runs of polls; each run has another source and kind. Within a run, nothing but the counters may differ
 * from the last recorded poll, and the counters may only increase.
 * @throws RangeError like {@link extendCoverageByUnchangedPolls}, and if a counter decreased or is new, because such a poll reports
 *   other changes and must be recorded separately
 */
export async function appendCounters(
  client: PoolClient,
  runs: readonly UnchangedPollRun<CounterObservation>[],
  kept: StoredPollStatesByKey = new Map(),
): Promise<void> {
  if (runs.length === 0) return
  await extendCoverageByUnchangedPolls(client, runs, kept)
  const { rows } = await client.query<CounterPairColumns & { source_id: number }>({
    name: 'counters_of_runs',
    text: `SELECT source_id, ${COUNTER_SQL_COLUMNS} FROM counter WHERE source_id = ANY ($1) FOR UPDATE`,
    values: [runs.map(({ sourceId }) => sourceId)],
  })
  const known = Map.groupBy(rows, ({ source_id }) => source_id)
  const samples = runs.flatMap((run) => {
    const { samples, after } = grown(run.sourceId, run.polls, (known.get(run.sourceId) ?? []).map(convertCounterRow))
    const left = kept.get(buildStoredPollKey(run))
    if (left) kept.set(buildStoredPollKey(run), { ...left, counters: after })
    return samples
  })
  const columns: WrittenColumnDefinitions<Appended> = { ...KEYS('counter_id'), ...LAST }
  await insertRows(client, 'counter_sample', columns, samples, { name: 'counter_samples' })
  await saveLastTwo(client, samples)
}

/** Creates the day partitions for samples in [from, to], so that concurrent writers do not wait for each other. */
export async function prepareCounterPartitions(client: PoolClient, from: EpochMs, to: EpochMs): Promise<void> {
  const days: EpochMs[] = []
  for (let at = from; at < to; at += 86_400_000) days.push(at)
  await ensurePartitionsForTimes(client, 'counter_sample', [...days, to])
}

function grown(
  sourceId: number,
  observations: readonly CounterObservation[],
  counters: readonly KnownCounter[],
): { samples: Appended[]; after: readonly KnownCounter[] } {
  let known = counters
  const samples = observations.flatMap((observation) => {
    const { changes, steps, after } = compareCounters(known, observation, samplesIn(observation))
    known = after
    const [fall] = changes
    if (fall) throw new RangeError(`the counter '${fall.path ?? ''}' fell`)
    const { startedAt, finishedAt } = observation
    return steps.map(({ known: { id, path }, sample }) => {
      if (id === null) throw new RangeError(`the counter '${path}' is new`)
      return { ...sample, sourceId, id, startedAt, finishedAt }
    })
  })
  return { samples, after: known }
}

const samplesIn = (observation: CounterObservation): CounterSample[] =>
  observation.kind === 'stats'
    ? listCircuitCounters(observation.rows)
    : observation.rows.slice(0, 1).flatMap(listConnectionCounters)

const LAST: WrittenColumnDefinitions<Appended> = {
  started_at: ['timestamptz', ({ startedAt }) => startedAt],
  finished_at: ['timestamptz', ({ finishedAt }) => finishedAt],
  bytes_in: ['numeric', ({ bytesIn }) => bytesIn],
  bytes_out: ['numeric', ({ bytesOut }) => bytesOut],
}

const KEYS = (id: string): WrittenColumnDefinitions<Appended> => ({
  source_id: ['int', ({ sourceId }) => sourceId],
  [id]: ['int', (sample) => sample.id],
})

/** Saves the last two samples of each counter in the table of counters. */
async function saveLastTwo(client: PoolClient, samples: readonly Appended[]): Promise<void> {
  const lastTwo = [...Map.groupBy(samples, ({ sourceId, id }) => `${sourceId} ${id}`).values()].map((own) =>
    own.slice(-2),
  )
  const set = Object.fromEntries(Object.keys(LAST).map((column) => [`previous_${column}`, `t.${column}`]))
  for (const pair of [lastTwo.flatMap((own) => own.slice(0, -1)), lastTwo.flatMap((own) => own.slice(-1))])
    await updateRows(client, 'counter', KEYS('id'), LAST, pair, { set, name: 'last_counters' })
}

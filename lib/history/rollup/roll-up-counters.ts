import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { toEpochMs } from '../times.ts'
import { readCounterSamplesAfter } from './counter-samples.ts'
import { computeGrowths } from './counter-growth.ts'
import { spreadGrowth } from './apportion-growth.ts'
import { usageBucketLengths } from './rollup-steps.ts'
import { lockUsageSeries, type UsageSeriesKey, saveRollupStates } from './usage-series.ts'
import { addUsageBuckets, addUsageGaps } from './write-buckets.ts'

/**
 * Number of counters (BATCH_COUNTERS) and of samples of each counter (SAMPLES_EACH) that a transaction processes within
 * about a second.
 */
const BATCH_COUNTERS = 50
const SAMPLES_EACH = 1_000

/**
 * Adds the growth of counters since the last call to the usage buckets of all lengths. A sample is added and marked as
 * added in the same transaction, so that it counts once even with repeated or concurrent calls.
 * @param signal stops it between two batches
 * @returns number of processed samples
 */
export async function rollUpCounters(db: Database, signal?: AbortSignal): Promise<number> {
  let taken = 0
  for (;;) {
    const waiting = await waitingCounters(db)
    if (waiting.length === 0 || signal?.aborted) return taken
    taken += await db.transaction((client) => takeIn(client, waiting))
  }
}

interface Waiting extends UsageSeriesKey {
  /** start of the counter's newest sample */
  newest: EpochMs
}

/** Returns counters whose newest sample was not added to usage buckets yet; those waiting longest come first. */
async function waitingCounters(db: Database): Promise<Waiting[]> {
  const { rows } = await db.pool.query<{ source_id: number; path: string; started_at: Date }>(
    `SELECT c.source_id, c.path, c.started_at FROM counter c
     LEFT JOIN usage_series u ON u.source_id = c.source_id AND u.basis = 'counter' AND u.path = c.path
     WHERE c.started_at > coalesce(u.rolled_up_to, '-infinity')
     ORDER BY u.rolled_up_to NULLS FIRST, c.source_id, c.path LIMIT $1`,
    [BATCH_COUNTERS],
  )
  return rows.map((row) => ({ sourceId: row.source_id, path: row.path, newest: toEpochMs(row.started_at) }))
}

async function takeIn(client: PoolClient, waiting: readonly Waiting[]): Promise<number> {
  const series = await lockUsageSeries(client, 'counter', waiting)
  const places = series.map(({ state, ...key }) => ({ ...key, through: state.through }))
  const samples = await readCounterSamplesAfter(client, places, SAMPLES_EACH)
  const folded = series.map((one, i) => ({ ...one, ...computeGrowths(one.state, samples[i] ?? []) }))
  for (const step of usageBucketLengths) {
    await addUsageBuckets(
      client,
      step,
      folded.map(({ sourceId, id, growths }) => ({
        sourceId,
        seriesId: id,
        buckets: spreadGrowth(growths, step).values(),
      })),
    )
  }
  await addUsageGaps(
    client,
    folded.map(({ sourceId, id, growths }) => ({ sourceId, seriesId: id, growths })),
  )
  await saveRollupStates(
    client,
    folded.map((one, i) => {
      // The newest sample is marked as processed even if it was deleted in the meantime. Otherwise its counter would be
      // selected again forever.
      const isDrained = (samples[i]?.length ?? 0) < SAMPLES_EACH
      const through = isDrained ? Math.max(waiting[i]?.newest ?? 0, one.state.through ?? 0) : one.state.through
      return { ...one, state: { ...one.state, through } }
    }),
  )
  return samples.reduce((sum, list) => sum + list.length, 0)
}

import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { pruneCostFindings } from '../store/cost-findings.ts'
import { pruneAccess } from './access-rows.ts'
import { pruneHistory } from './history-rows.ts'
import { type Retention, FIVE_MINUTES_KEPT_MS } from './policy.ts'
import { dropRawSamples } from './raw-samples.ts'
import { pruneRouterReports } from './router-rows.ts'
import { bucketStart, type UsageStep, usageSteps } from '../rollup/steps.ts'
import { stepNumber } from '../rollup/write-buckets.ts'
import { iso } from '../times.ts'

/** Buckets of bit rates are summed again for an hour; a worker that was away comes later. */
const STILL_SUMMED_MS = 2 * 86_400_000

export interface Pruned {
  /** partitions of raw samples that are gone */
  partitions: string[]
  usageBuckets: number
  /** rows that are gone, by table */
  rows: Record<string, number>
}

/**
 * Lets go of what is older than it is kept, in small steps that writers hardly notice. What is not rolled up yet is rolled
 * up before its raw samples go. Idempotent.
 * @param signal ends it between two steps
 */
export async function applyRetention(
  db: Database,
  retention: Retention,
  now: EpochMs,
  signal?: AbortSignal,
): Promise<Pruned> {
  await rollUpUsage(db, signal)
  const partitions = await dropRawSamples(db, now - retention.rawMs, signal)
  const usageBuckets = await pruneUsage(db, now, retention.historyMs, signal)
  const rows = await pruneHistory(db, now - retention.historyMs, signal)
  Object.assign(rows, await pruneRouterReports(db, now - retention.historyMs, signal))
  await pruneCostFindings(db.pool, now - retention.historyMs)
  await pruneAccess(db, now - retention.historyMs, now)
  return { partitions, usageBuckets, rows }
}

/**
 * The first bucket of a step that stays. Where history is shorter than a month, those that a bucket of the next step is summed from stay until
 * nothing is summed into that any more.
 */
function usageKeptFrom(step: UsageStep, now: EpochMs, historyMs: number): EpochMs {
  const keptMs = step === '5m' ? Math.min(historyMs, FIVE_MINUTES_KEPT_MS) : historyMs
  const own = bucketStart(step, now - keptMs)
  const coarser = usageSteps[usageSteps.indexOf(step) + 1]
  return coarser === undefined ? own : Math.min(own, bucketStart(coarser, now - STILL_SUMMED_MS))
}

/**
 * Deletes usage that is older than it is kept: a series and a step at a time, which is a day's rows when it runs each day.
 * @returns how many buckets are gone
 */
async function pruneUsage(db: Database, now: EpochMs, historyMs: number, signal?: AbortSignal): Promise<number> {
  let gone = 0
  const { rows: series } = await db.pool.query<{ id: number; source_id: number }>(
    'SELECT id, source_id FROM usage_series ORDER BY id',
  )
  for (const { id, source_id: sourceId } of series) {
    if (signal?.aborted) break
    for (const step of usageSteps) {
      const { rowCount } = await db.pool.query(
        'DELETE FROM usage_bucket WHERE source_id = $1 AND series_id = $2 AND step = $3 AND starts_at < $4',
        [sourceId, id, stepNumber(step), iso(usageKeptFrom(step, now, historyMs))],
      )
      gone += rowCount ?? 0
    }
    await db.pool.query('DELETE FROM usage_gap WHERE source_id = $1 AND series_id = $2 AND to_at < $3', [
      sourceId,
      id,
      iso(bucketStart('month', now - historyMs)),
    ])
  }
  return gone
}

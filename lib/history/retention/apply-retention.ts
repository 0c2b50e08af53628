import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { pruneHistory } from './history-rows.ts'
import { dropRawSamples } from './raw-samples.ts'
import { pruneRows } from './prune-rows.ts'
import { bucketStart, type UsageStep, rollupSteps } from '../rollup/steps.ts'
import { stepNumber } from '../rollup/write-buckets.ts'
import { iso } from '../times.ts'
import { DAY } from '#lib/contract/time/time.ts'

/** How long 5-minute usage is kept: longer than Azure Monitor keeps what it is back-filled from (93 days). */
export const FIVE_MINUTES_KEPT_MS = 100 * DAY

/**
 * How much longer intervals and coverage are kept than the rest of history: which path of which circuit a neighbor is, for one, rests on the routes
 * of a day before, and the first moment of history is answered too.
 */
export const EVIDENCE_KEPT_MS = DAY

/** How long rows are kept, in milliseconds. */
export interface Retention {
  /** raw samples of counters and metrics (RETAIN_RAW) */
  rawMs: number
  /** everything else (RETAIN_HISTORY) */
  historyMs: number
}

/** Buckets of bit rates are summed again for an hour; a worker that was away comes later. */
const STILL_SUMMED_MS = 2 * 86_400_000

interface Pruned {
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
  const keptFrom = now - retention.historyMs
  const rows = await pruneHistory(db, { intervals: keptFrom - EVIDENCE_KEPT_MS, rest: keptFrom }, signal)
  Object.assign(rows, await pruneRows(db, { keptFrom, now }, signal))
  return { partitions, usageBuckets, rows }
}

/**
 * The first bucket of a step that stays. What a month is summed from, and chosen by where counters and metrics each have a part of it, stays as long
 * as the month; 5 minutes stay until nothing is summed from them any more.
 */
function usageKeptFrom(step: UsageStep, now: EpochMs, historyMs: number): EpochMs {
  const keptMs = (ms: number) => Math.max(Math.min(historyMs, ms), STILL_SUMMED_MS)
  if (step === '5m') return bucketStart('hour', now - keptMs(FIVE_MINUTES_KEPT_MS))
  return bucketStart('month', now - keptMs(historyMs))
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
    for (const step of rollupSteps) {
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

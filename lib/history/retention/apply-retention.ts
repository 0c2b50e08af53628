import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { pruneHistory } from './history-rows.ts'
import { dropRawSamples } from './raw-samples.ts'
import { pruneRows } from './prune-rows.ts'
import { computeBucketStart, type UsageBucketLength, usageBucketLengths } from '../rollup/rollup-steps.ts'
import { getStepNumber } from '../rollup/write-buckets.ts'
import { formatIsoTime } from '../times.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/**
 * Time for which 5-minute usage is kept. It is longer than the 93 days for which Azure Monitor keeps the metrics from
 * which past usage is fetched.
 */
export const FIVE_MINUTE_RETENTION_MS = 100 * MS_PER_DAY

/**
 * Additional time for which intervals and coverage are kept. There are two reasons. To find the circuit path of a
 * neighbor, the routes of the day before are needed. And the state at the earliest moment of the history must be
 * complete, too.
 */
export const EVIDENCE_RETENTION_MS = MS_PER_DAY

/** Retention times, in milliseconds. */
export interface RetentionTimes {
  /** time for which raw samples of counters and metrics are kept (RETAIN_RAW) */
  rawMs: number
  /** time for which all other rows are kept (RETAIN_HISTORY) */
  historyMs: number
}

/**
 * Minimum retention of usage buckets. Buckets of bit rates are summed again for an hour after they were written. A
 * worker that was stopped does this after its restart.
 */
const STILL_SUMMED_MS = 2 * 86_400_000

interface Pruned {
  /** names of the dropped partitions of raw samples */
  partitions: string[]
  usageBuckets: number
  /** number of deleted rows, by table */
  rows: Record<string, number>
}

/**
 * Deletes rows beyond their retention, in small steps that hardly delay writers. Before that, raw samples are added to
 * the usage buckets (rollup). Idempotent.
 * @param signal stops it between two steps
 */
export async function applyRetention(
  db: Database,
  retention: RetentionTimes,
  now: EpochMs,
  signal?: AbortSignal,
): Promise<Pruned> {
  await rollUpUsage(db, signal)
  const partitions = await dropRawSamples(db, now - retention.rawMs, signal)
  const usageBuckets = await pruneUsage(db, now, retention.historyMs, signal)
  const keptFrom = now - retention.historyMs
  const rows = await pruneHistory(db, { intervals: keptFrom - EVIDENCE_RETENTION_MS, rest: keptFrom }, signal)
  Object.assign(rows, await pruneRows(db, { keptFrom, now }, signal))
  return { partitions, usageBuckets, rows }
}

/**
 * Returns the oldest time whose usage buckets of this length are kept. 5-minute buckets are kept for
 * {@link FIVE_MINUTE_RETENTION_MS} at most, in whole hours. Longer buckets are kept until the end of their month is
 * beyond the retention, because a month is summed from days and days from hours.
 */
function usageKeptFrom(step: UsageBucketLength, now: EpochMs, historyMs: number): EpochMs {
  const keptMs = (ms: number) => Math.max(Math.min(historyMs, ms), STILL_SUMMED_MS)
  if (step === '5m') return computeBucketStart('hour', now - keptMs(FIVE_MINUTE_RETENTION_MS))
  return computeBucketStart('month', now - keptMs(historyMs))
}

/**
 * Deletes usage beyond its retention, one series and bucket length at a time. If it runs daily, each step deletes a day
 * of rows.
 * @returns number of deleted buckets
 */
async function pruneUsage(db: Database, now: EpochMs, historyMs: number, signal?: AbortSignal): Promise<number> {
  let gone = 0
  const { rows: series } = await db.pool.query<{ id: number; source_id: number }>(
    'SELECT id, source_id FROM usage_series ORDER BY id',
  )
  for (const { id, source_id: sourceId } of series) {
    if (signal?.aborted) break
    for (const step of usageBucketLengths) {
      const { rowCount } = await db.pool.query(
        'DELETE FROM usage_bucket WHERE source_id = $1 AND series_id = $2 AND step = $3 AND starts_at < $4',
        [sourceId, id, getStepNumber(step), formatIsoTime(usageKeptFrom(step, now, historyMs))],
      )
      gone += rowCount ?? 0
    }
    await db.pool.query('DELETE FROM usage_gap WHERE source_id = $1 AND series_id = $2 AND to_at < $3', [
      sourceId,
      id,
      formatIsoTime(computeBucketStart('month', now - historyMs)),
    ])
  }
  return gone
}

import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { bucketStart, usageSteps } from '../rollup/steps.ts'
import { stepNumber } from '../rollup/write-buckets.ts'
import { iso } from '../times.ts'
import { FIVE_MINUTES_KEPT_MS } from './policy.ts'

/**
 * Deletes usage that is older than it is kept: a series and a step at a time, which is a day's rows when it runs each day.
 * @returns how many buckets are gone
 */
export async function pruneUsage(db: Database, now: EpochMs, historyMs: number, signal?: AbortSignal): Promise<number> {
  let gone = 0
  const { rows: series } = await db.pool.query<{ id: number; source_id: number }>(
    'SELECT id, source_id FROM usage_series ORDER BY id',
  )
  for (const { id, source_id: sourceId } of series) {
    if (signal?.aborted) break
    for (const step of usageSteps) {
      const keptMs = step === '5m' ? Math.min(historyMs, FIVE_MINUTES_KEPT_MS) : historyMs
      const { rowCount } = await db.pool.query(
        'DELETE FROM usage_bucket WHERE source_id = $1 AND series_id = $2 AND step = $3 AND starts_at < $4',
        [sourceId, id, stepNumber(step), iso(bucketStart(step, now - keptMs))],
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

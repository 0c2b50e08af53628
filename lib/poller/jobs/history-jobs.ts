import type { Azure } from '#lib/azure/index.ts'
import {
  advanceDeletionTime,
  applyRetention,
  ensurePartitions,
  type Retention,
  rollUpChurn,
  rollUpUsage,
} from '#lib/history/index.ts'
import type { Clock, EpochMs } from '#lib/platform/clock.ts'
import { backFillMetrics } from './backfill.ts'
import type { Job } from '#lib/platform/job.ts'
import { DAY, HOUR, MINUTE } from '#lib/contract/time/time.ts'

interface HistoryJobsContext {
  azure: Azure
  clock: Clock
  retention: Retention
  /** returns Azure's time; null = this process has had no response from Azure yet */
  azureTime(): EpochMs | null
  /** called after data about the past was added */
  onPastRead(): void
}

/** Returns the jobs that maintain history. */
export function historyJobs({ azure, clock, retention, azureTime, onPastRead }: HistoryJobsContext): Job[] {
  return [
    {
      // creates partitions in advance, so that no insert waits for a partition at midnight
      name: 'partitions',
      everyMs: DAY,
      atMs: 22 * HOUR + 17 * MINUTE,
      expireInSeconds: 120,
      run: (_signal, db) => ensurePartitions(db, clock.now()),
    },
    {
      // queries add the data that is not rolled up yet, so this job only keeps their sums short
      name: 'usage',
      everyMs: 5 * MINUTE,
      expireInSeconds: 280,
      run: async (signal, db) => ({ ...(await rollUpUsage(db, signal)) }),
    },
    {
      // runs rarely, because each run reads the current routes of every table; until then, queries count the data that
      // is not rolled up
      name: 'churn',
      everyMs: 3 * HOUR,
      atMs: 26 * MINUTE,
      expireInSeconds: 3_600,
      run: async (signal, db) => ({ polls: await rollUpChurn(db, { signal }) }),
    },
    {
      name: 'retention',
      everyMs: HOUR,
      atMs: 41 * MINUTE,
      expireInSeconds: 1_800,
      run: async (signal, db) => {
        const advanced = await advanceDeletionTime(db.pool, { now: clock.now(), azureNow: azureTime() })
        return 'at' in advanced ? { ...(await applyRetention(db, retention, advanced.at, signal)) } : advanced
      },
    },
    {
      // runs every minute because new circuits can appear at any time; if there is none, a run costs one query
      name: 'metric-backfill',
      everyMs: MINUTE,
      expireInSeconds: 900,
      run: async (signal, db) => {
        const pieces = await backFillMetrics({ azure, db, clock }, signal)
        if (pieces > 0) onPastRead()
        return { pieces }
      },
    },
  ]
}

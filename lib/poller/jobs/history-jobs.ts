import type { AzureAccess } from '#lib/azure/index.ts'
import {
  advanceDeletionTime,
  applyRetention,
  ensurePartitions,
  type RetentionTimes,
  rollUpChurn,
  rollUpUsage,
} from '#lib/history/index.ts'
import type { Clock, EpochMs } from '#lib/platform/clock.ts'
import { backFillMetrics } from './backfill.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'

interface HistoryJobsContext {
  azure: AzureAccess
  clock: Clock
  retention: RetentionTimes
  /** Returns the time that Azure last reported; null = Azure has not answered this process yet. */
  azureTime(): EpochMs | null
  /** Called after past metrics were stored. */
  onPastRead(): void
}

/** Returns the jobs that maintain history: partitions, sums, deletion of old rows, and past metrics. */
export function createHistoryJobs({
  azure,
  clock,
  retention,
  azureTime,
  onPastRead,
}: HistoryJobsContext): ScheduledJob[] {
  return [
    {
      // create tomorrow's partitions today, so that no insert has to wait for one at midnight
      name: 'partitions',
      everyMs: MS_PER_DAY,
      atMs: 22 * MS_PER_HOUR + 17 * MS_PER_MINUTE,
      expireInSeconds: 120,
      run: (_signal, db) => ensurePartitions(db, clock.now()),
    },
    {
      // sum up usage. Queries compute the sums of the newest data themselves, so this job only makes queries faster
      name: 'usage',
      everyMs: 5 * MS_PER_MINUTE,
      expireInSeconds: 280,
      run: async (signal, db) => ({ ...(await rollUpUsage(db, signal)) }),
    },
    {
      // Count the changes of routes. It runs rarely, because each run reads all current routes. Until then, queries
      // count the newest changes themselves.
      name: 'churn',
      everyMs: 3 * MS_PER_HOUR,
      atMs: 26 * MS_PER_MINUTE,
      expireInSeconds: 3_600,
      run: async (signal, db) => ({ polls: await rollUpChurn(db, { signal }) }),
    },
    {
      name: 'retention',
      everyMs: MS_PER_HOUR,
      atMs: 41 * MS_PER_MINUTE,
      expireInSeconds: 1_800,
      run: async (signal, db) => {
        const advanced = await advanceDeletionTime(db.pool, { now: clock.now(), azureNow: azureTime() })
        return 'at' in advanced ? { ...(await applyRetention(db, retention, advanced.at, signal)) } : advanced
      },
    },
    {
      // runs every minute, because new circuits may appear at any time; if there are none, a run needs only one query
      name: 'metric-backfill',
      everyMs: MS_PER_MINUTE,
      expireInSeconds: 900,
      run: async (signal, db) => {
        const pieces = await backFillMetrics({ azure, db, clock }, signal)
        if (pieces > 0) onPastRead()
        return { pieces }
      },
    },
  ]
}

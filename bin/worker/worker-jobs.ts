import { table } from '#lib/table.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Job } from '#lib/platform/job.ts'
import { historyJobs } from '#lib/poller/index.ts'
import type { JobContext } from '#lib/questions/index.ts'

/** What a worker does beside polling, at times of its own: what keeps history in shape, and the jobs of all rooms. */
export async function workerJobs(context: Omit<JobContext, 'clock'>): Promise<Job[]> {
  const { azure, settings, wake } = context
  const history = historyJobs({
    azure,
    clock: databaseClock,
    retention: settings.retain,
    // the overview shows cost as it was worked out last
    onPastRead: () => wake('cost-traffic'),
  })
  const ofRooms = await table.jobs()
  return [...history, ...ofRooms({ ...context, clock: databaseClock })]
}

import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { listAccessScopesInUse } from '#lib/access/scopes-in-use.ts'
import { listChannelAccessScopes, writePredictedLossNotices, writePostureDigests } from '#lib/notify/index.ts'
import { type JobContext, createScopedReaders } from '#lib/questions/index.ts'
import {
  getResilience,
  formatUpcomingLosses,
  readAzureReports,
  refreshOutlook,
  refreshSingleLosses,
  runDoubleLossComputations,
  readVisibleUpcomingLosses,
} from './answers/index.ts'

/** Returns the sets of resources that users, tokens and notification channels may see. */
const scopesRead = async (db: Database) => [
  ...(await listAccessScopesInUse(db.pool)),
  ...(await listChannelAccessScopes(db)),
]

/** Returns the scheduled jobs for resilience. */
export const createJobs = ({ azure, clock }: JobContext): ScheduledJob[] => [
  {
    name: 'posture-digest',
    everyMs: MS_PER_HOUR,
    atMs: 4 * MS_PER_MINUTE,
    expireInSeconds: 900,
    run: async (_signal, held) => ({
      digests: await writePostureDigests(held, clock.now(), async (scope) => {
        const { readerOf, withoutOthers } = createScopedReaders(held)
        const reader = await readerOf(scope)
        return {
          checks: withoutOthers(reader, (await getResilience(reader)).data.checks),
          ahead: await formatUpcomingLosses(reader, clock.now(), MS_PER_WEEK),
        }
      }),
    }),
  },
  {
    name: 'single-losses',
    everyMs: MS_PER_MINUTE,
    expireInSeconds: 900,
    run: async (signal, held) =>
      refreshSingleLosses(held, await scopesRead(held), {
        now: clock.now,
        signal,
      }),
  },
  {
    // Runs every minute, because an event must be created when the remaining time before a loss reaches 7 days, 1 day
    // or 1 hour.
    name: 'outlook',
    everyMs: MS_PER_MINUTE,
    expireInSeconds: 900,
    run: async (signal, held) => {
      const figures = await refreshOutlook(held, await scopesRead(held), { now: clock.now, signal })
      const { readerOf, withoutOthers } = createScopedReaders(held)
      const notices = await writePredictedLossNotices(held, clock.now(), async (scope) => {
        const reader = await readerOf(scope)
        return withoutOthers(reader, await readVisibleUpcomingLosses(reader, clock.now()))
      })
      return { ...figures, notices }
    },
  },
  {
    // If a user requests a report, this job runs immediately. The regular runs are for failover tests that ended in
    // Azure, and for repeated attempts.
    name: 'azure-reports',
    everyMs: MS_PER_MINUTE,
    expireInSeconds: 3_600,
    run: (signal, held) => readAzureReports({ db: held, azure, clock }, signal),
  },
  {
    // If a user requests a computation, this job runs immediately. The regular runs are for computations that were
    // interrupted.
    name: 'double-losses',
    everyMs: MS_PER_MINUTE,
    expireInSeconds: 7_200,
    run: (signal, held) => runDoubleLossComputations(held, { now: clock.now, signal }),
  },
]

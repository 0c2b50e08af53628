import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { writeFindingsDigests } from '#lib/notify/index.ts'
import { type JobContext, createScopedReaders } from '#lib/questions/index.ts'
import {
  inferGbSizeFromBills,
  publishDueCostReview,
  evaluateCostFindings,
  readOpenFindings,
  refreshCostTraffic,
} from '../answers/index.ts'
import { readBills } from './bill-job.ts'
import { createPriceJob, getRetailPricesUrl } from './price-job.ts'

/** Returns the scheduled jobs of the cost feature. */
export const createJobs = ({ settings, azure, clock, wake }: JobContext): ScheduledJob[] => [
  {
    // publishes the review of a week on Mondays at 02:00 UTC; runs each hour, so that a missed review is published
    // later
    name: 'cost-review',
    everyMs: MS_PER_HOUR,
    expireInSeconds: 900,
    run: async (_signal, held) => ({ week: await publishDueCostReview(held, clock.now()) }),
  },
  {
    // recomputes traffic that is older than 55 minutes
    name: 'cost-traffic',
    everyMs: 10 * MS_PER_MINUTE,
    atMs: 7 * MS_PER_MINUTE,
    expireInSeconds: 1_800,
    run: async (signal, held) => {
      const figures = await refreshCostTraffic(held.pool, clock.now(), signal)
      // check for cost findings again, because traffic has changed
      if (figures.made > 0) wake('cost-findings')
      return figures
    },
  },
  {
    // also runs each time that traffic was computed again
    name: 'cost-findings',
    everyMs: MS_PER_HOUR,
    atMs: 37 * MS_PER_MINUTE,
    expireInSeconds: 1_800,
    run: (_signal, held) => evaluateCostFindings(held, clock.now()),
  },
  {
    // writes a digest on Mondays at 06:00 UTC; runs each hour, so that a missed digest is written later
    name: 'cost-digest',
    everyMs: MS_PER_HOUR,
    atMs: 2 * MS_PER_MINUTE,
    expireInSeconds: 900,
    run: async (_signal, held) => ({
      digests: await writeFindingsDigests(held, clock.now(), async (scope, since) => {
        const { readerOf, withoutOthers } = createScopedReaders(held)
        const reader = await readerOf(scope)
        return withoutOthers(reader, await readOpenFindings(reader, since))
      }),
    }),
  },
  {
    // reads the bill of each subscription once a day; runs each hour, so that a failed read is repeated
    name: 'bills',
    everyMs: MS_PER_HOUR,
    atMs: 53 * MS_PER_MINUTE,
    expireInSeconds: 1_800,
    run: async (signal, held) => {
      const figures = await readBills({ db: held, azure, clock }, signal)
      // the size is inferred again even if there is no new bill, because usage may have been added since the bill was
      // read
      await inferGbSizeFromBills(held.pool, clock.now(), figures.read > 0)
      return figures
    },
  },
  createPriceJob({ clock, url: getRetailPricesUrl(settings.azure) }),
]

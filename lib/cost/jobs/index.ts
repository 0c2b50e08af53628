import type { Job } from '#lib/platform/job.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { writeFindingsDigests } from '#lib/notify/index.ts'
import { type JobContext, scopedReading } from '#lib/questions/index.ts'
import { calibrateGb, publishDueWeek, evaluateCost, readOpenFindings, refreshCostTraffic } from '../answers/index.ts'
import { readBills } from './bill-job.ts'
import { priceJob, retailPricesUrl } from './price-job.ts'

/** Returns the scheduled jobs of the cost capability. */
export const jobs = ({ settings, azure, clock, wake }: JobContext): Job[] => [
  {
    // closes a week on Mondays at 02:00 UTC; at other hours it closes a week that was missed while the job did not run
    name: 'cost-review',
    everyMs: HOUR,
    expireInSeconds: 900,
    run: async (_signal, held) => ({ week: await publishDueWeek(held, clock.now()) }),
  },
  {
    // stored traffic is refreshed after one hour
    name: 'cost-traffic',
    everyMs: 10 * MINUTE,
    atMs: 7 * MINUTE,
    expireInSeconds: 1_800,
    run: async (signal, held) => {
      const figures = await refreshCostTraffic(held.pool, clock.now(), signal)
      // traffic is new or changed since the last check of findings
      if (figures.made > 0) wake('cost-findings')
      return figures
    },
  },
  {
    // also runs whenever traffic was computed
    name: 'cost-findings',
    everyMs: HOUR,
    atMs: 37 * MINUTE,
    expireInSeconds: 1_800,
    run: (_signal, held) => evaluateCost(held, clock.now()),
  },
  {
    // due on Mondays at 06:00 UTC; at other hours it writes a digest that was missed while the job did not run
    name: 'cost-digest',
    everyMs: HOUR,
    atMs: 2 * MINUTE,
    expireInSeconds: 900,
    run: async (_signal, held) => ({
      digests: await writeFindingsDigests(held, clock.now(), async (scope, since) => {
        const { readerOf, withoutOthers } = scopedReading(held)
        const reader = await readerOf(scope)
        return withoutOthers(reader, await readOpenFindings(reader, since))
      }),
    }),
  },
  {
    // a subscription's bill is due once a day; checked each hour, so that a failed read is repeated
    name: 'bills',
    everyMs: HOUR,
    atMs: 53 * MINUTE,
    expireInSeconds: 1_800,
    run: async (signal, held) => {
      const figures = await readBills({ db: held, azure, clock }, signal)
      // usage may have been back-filled since the bill was read
      await calibrateGb(held.pool, clock.now(), figures.read > 0)
      return figures
    },
  },
  priceJob({ clock, url: retailPricesUrl(settings.azure) }),
]

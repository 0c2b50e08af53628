import type { Job } from '#lib/platform/job.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { writeFindingsDigests } from '#lib/notify/index.ts'
import { type JobContext, scopedReading } from '#lib/questions/index.ts'
import { calibrateGb, closeWeek, evaluateCost, readOpenFindings, refreshCostTraffic } from '../answers/index.ts'
import { readBills } from './bill-job.ts'
import { priceJob, retailPricesUrl } from './price-job.ts'

/** What the room of cost does at times of its own. */
export const jobs = ({ settings, azure, clock, wake }: JobContext): Job[] => [
  {
    // at 02:00 UTC on Mondays there is one to close; at other hours one that nobody was there for
    name: 'cost-review',
    everyMs: HOUR,
    expireInSeconds: 900,
    run: async (_signal, held) => ({ week: await closeWeek(held, clock.now()) }),
  },
  {
    // what it worked out stays for an hour
    name: 'cost-traffic',
    everyMs: 10 * MINUTE,
    atMs: 7 * MINUTE,
    expireInSeconds: 1_800,
    run: async (signal, held) => {
      const figures = await refreshCostTraffic(held.pool, clock.now(), signal)
      // what bytes say is known now, or something else than at the last check
      if (figures.made > 0) wake('cost-findings')
      return figures
    },
  },
  {
    // and whenever what bytes say was worked out
    name: 'cost-findings',
    everyMs: HOUR,
    atMs: 37 * MINUTE,
    expireInSeconds: 1_800,
    run: (_signal, held) => evaluateCost(held, clock.now()),
  },
  {
    // due on Mondays at 06:00 UTC; at other hours one that nobody was there for
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
    // a subscription's bill is due once a day; checked each hour, so that a failure is made up for
    name: 'bills',
    everyMs: HOUR,
    atMs: 53 * MINUTE,
    expireInSeconds: 1_800,
    run: async (signal, held) => {
      const figures = await readBills({ db: held, azure, clock }, signal)
      // what was measured may have been back-filled since a bill was read
      await calibrateGb(held.pool, clock.now(), figures.read > 0)
      return figures
    },
  },
  priceJob({ clock, url: retailPricesUrl(settings.azure) }),
]

/** What a worker does beside polling, at times of its own: one worker at a time for each of them. */
import { announceMaintenance } from '#lib/maintenance/answers/index.ts'
import { calibrateGb, closeWeek, evaluateCost, readOpenFindings, refreshCostTraffic } from '#lib/cost/answers/index.ts'
import { getResilience, refreshSingleLosses, runDoubleLosses } from '#lib/resilience/answers/index.ts'
import { readReport } from '#lib/reports/answers/index.ts'
import { scopedReading } from '#lib/questions/index.ts'
import { scopesInUse } from '#lib/access/scopes-in-use.ts'
import type { Azure } from '#lib/azure/index.ts'
import { refreshCalendars } from '#lib/maintenance/calendars/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Settings } from '#lib/platform/settings.ts'
import { reportSenderOf, sendDueReports } from '#lib/reports/mail/index.ts'
import { secretBoxOf, systemLookup, writeFindingsDigests, writePostureDigests } from '#lib/notify/index.ts'
import {
  backTestJob,
  historyJobs,
  type Job,
  type Jobs,
  priceJob,
  readBills,
  retailPricesUrl,
} from '#lib/poller/index.ts'
import { type AnswerWatch, reportSetup } from '#lib/setup/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'

interface WorkerJobsOptions {
  checked: Settings
  azure: Azure
  watch: AnswerWatch
  /** runs another one now */
  wake: Jobs['wake']
}

export function workerJobs({ checked, azure, watch, wake }: WorkerJobsOptions): Job[] {
  return [
    ...historyJobs({
      azure,
      clock: databaseClock,
      retention: checked.retain,
      // the overview shows cost as it was worked out last
      onPastRead: () => wake('cost-traffic'),
    }),
    backTestJob(),
    {
      // at 02:00 UTC on Mondays there is one to close; at other hours one that nobody was there for
      name: 'cost-review',
      everyMs: HOUR,
      expireInSeconds: 900,
      run: async (_signal, held) => ({ week: await closeWeek(held, databaseClock.now()) }),
    },
    {
      name: 'cost-traffic',
      everyMs: HOUR,
      atMs: 7 * MINUTE,
      expireInSeconds: 1_800,
      run: async (signal, held) => {
        const figures = await refreshCostTraffic(held.pool, databaseClock.now(), signal)
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
      run: (_signal, held) => evaluateCost(held, databaseClock.now()),
    },
    {
      // due on Mondays at 06:00 UTC; at other hours one that nobody was there for
      name: 'cost-digest',
      everyMs: HOUR,
      atMs: 2 * MINUTE,
      expireInSeconds: 900,
      run: async (_signal, held) => ({
        digests: await writeFindingsDigests(held, databaseClock.now(), async (scope, since) => {
          const { readerOf, withoutOthers } = scopedReading(held)
          const reader = await readerOf(scope)
          return withoutOthers(reader, await readOpenFindings(reader, since))
        }),
      }),
    },
    {
      name: 'posture-digest',
      everyMs: HOUR,
      atMs: 4 * MINUTE,
      expireInSeconds: 900,
      run: async (_signal, held) => ({
        digests: await writePostureDigests(held, databaseClock.now(), async (scope) => {
          const { readerOf, withoutOthers } = scopedReading(held)
          const reader = await readerOf(scope)
          return withoutOthers(reader, (await getResilience(reader)).data.checks)
        }),
      }),
    },
    {
      // by the clocks of their zones
      name: 'reports',
      everyMs: MINUTE,
      expireInSeconds: 900,
      run: async (signal, held) =>
        sendDueReports(
          held,
          {
            read: (asked, now) => readReport(held, asked, now),
            send: reportSenderOf(checked),
            clock: databaseClock,
            publicUrl: checked.publicUrl,
          },
          signal,
        ),
    },
    {
      // a subscription's bill is due once a day; checked each hour, so that a failure is made up for
      name: 'bills',
      everyMs: HOUR,
      atMs: 53 * MINUTE,
      expireInSeconds: 1_800,
      run: async (signal, held) => {
        const figures = await readBills({ db: held, azure, clock: databaseClock }, signal)
        // what was measured may have been back-filled since a bill was read
        await calibrateGb(held.pool, databaseClock.now(), figures.read > 0)
        return figures
      },
    },
    {
      // each calendar is read once an hour; checked more often, so that one that is new or failed waits less
      name: 'calendars',
      everyMs: 5 * MINUTE,
      expireInSeconds: 280,
      run: (signal, held) =>
        refreshCalendars(
          held,
          {
            clock: databaseClock,
            secrets: secretBoxOf(checked),
            outbound: { allow: checked.outboundAllow, lookup: systemLookup },
            announce: announceMaintenance,
          },
          signal,
        ),
    },
    priceJob({ clock: databaseClock, url: retailPricesUrl(checked.azure) }),
    {
      name: 'single-losses',
      everyMs: MINUTE,
      expireInSeconds: 900,
      run: async (signal, held) =>
        refreshSingleLosses(held, await scopesInUse(held.pool), {
          now: databaseClock.now,
          signal,
        }),
    },
    {
      // when somebody asks; its own times are for what was left behind
      name: 'double-losses',
      everyMs: MINUTE,
      expireInSeconds: 7_200,
      run: (signal, held) => runDoubleLosses(held, { now: databaseClock.now, signal }),
    },
    {
      name: 'setup',
      everyMs: 5 * MINUTE,
      expireInSeconds: 240,
      run: async (signal, held) => {
        const { results } = await reportSetup(
          {
            db: held,
            azure,
            watch,
            clock: databaseClock,
            dataDir: checked.dataDir,
            secretsKey: checked.secretsKey,
            warnings: checked.warnings,
            countsPosts: checked.azure.countsPosts,
          },
          signal,
        )
        return { failed: results.filter(({ state }) => state === 'fail').length }
      },
    },
  ]
}

import type { ThresholdsAnswer } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { visibleTo } from '#lib/history/index.ts'
import type { Job } from '#lib/platform/job.ts'
import { queryable } from '#lib/platform/queryable.ts'
import { settings } from '#lib/platform/settings.ts'
import { backTestJob } from '#lib/poller/index.ts'
import { capability, type JobContext } from '#lib/questions/index.ts'
import {
  askBackTest,
  cancelBackTest,
  getBackTest,
  getBackTests,
  getCoverage,
  getProcesses,
  getSetup,
  getSources,
  getThresholds,
  putThresholds,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { type AnswerWatch, reportSetup } from './index.ts'

declare module '#lib/questions/capability.ts' {
  interface JobContext {
    /** what Azure answered lately */
    watch: AnswerWatch
  }
}

/** What the room of setup does at times of its own. */
const jobs = ({ settings, azure, clock, watch }: JobContext): Job[] => [
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
          clock: clock,
          dataDir: settings.dataDir,
          secretsKey: settings.secretsKey,
          warnings: settings.warnings,
          countsPosts: settings.azure.countsPosts,
        },
        signal,
      )
      return { failed: results.filter(({ state }) => state === 'fail').length }
    },
  },
  backTestJob(),
]

const valuesOf = ({ thresholds }: ThresholdsAnswer) =>
  Object.fromEntries(thresholds.map(({ name, value }) => [name, value]))

export const setup = capability({
  endpoints,
  answers: {
    thresholds: ({ db }) => getThresholds(db),
    backTests: ({ db }) => getBackTests(db),
    backTest: ({ db, id }) => getBackTest(db, id),
    sources: ({ db, parameters }) => getSources(db, parameters),
    coverage: ({ db, parameters }) => getCoverage(db, parameters),
    setup: ({ db }) => {
      const { subscriptions } = settings().azure
      // what is found of the whole environment is not shown to a part of it
      const seen = visibleTo(queryable(db))?.subscriptions
      return getSetup(db, seen ?? (subscriptions === 'all' ? [] : subscriptions))
    },
    processes: () => getProcesses(settings().dataDir),
  },
  commands,
  work: {
    putThresholds: {
      scope: 'whole',
      work: ({ db, body }) => putThresholds(db, body),
      audit: {
        before: async ({ db }) => valuesOf((await getThresholds(db)).data),
        after: ({ data }) => valuesOf(data),
      },
    },
    askBackTest: {
      scope: 'whole',
      work: ({ db, body }) => askBackTest(db, body),
    },
    cancelBackTest: {
      scope: 'whole',
      work: ({ db, id }) => cancelBackTest(db, id),
    },
  },
  jobs: async () => (await import('./jobs.ts')).jobs,
})

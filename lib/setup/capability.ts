import type { ThresholdsResponse } from '#lib/contract/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import { getSqlExecutor } from '#lib/platform/queryable.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { defineFeatureCapability } from '#lib/questions/index.ts'
import {
  placeBackTestOrder,
  cancelRequestedBackTest,
  getBackTest,
  getBackTests,
  readPollCoverageIntervals,
  getProcesses,
  getSetup,
  readPolledSourcePage,
  getSourcesSummary,
  getThresholds,
  putThresholds,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'

const valuesOf = ({ thresholds }: Pick<ThresholdsResponse, 'thresholds'>) =>
  Object.fromEntries(thresholds.map(({ name, value }) => [name, value]))

export const setupCapability = defineFeatureCapability({
  endpoints,
  answers: {
    thresholds: ({ db }) => getThresholds(db),
    backTests: ({ db }) => getBackTests(db),
    backTest: ({ db, id }) => getBackTest(db, id),
    sources: ({ db, parameters }) => readPolledSourcePage(db, parameters),
    sourcesSummary: ({ db }) => getSourcesSummary(db),
    coverage: ({ db, parameters }) => readPollCoverageIntervals(db, parameters),
    setup: ({ db }) => {
      const { subscriptions } = getSettings().azure
      // A caller with limited access gets only subscriptions within the caller's scope.
      const seen = getReaderVisibility(getSqlExecutor(db))?.subscriptions
      return getSetup(db, seen ?? (subscriptions === 'all' ? [] : subscriptions), getSettings().tls)
    },
    processes: () => getProcesses(getSettings().dataDir),
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
      work: ({ db, body }) => placeBackTestOrder(db, body),
    },
    cancelBackTest: {
      scope: 'whole',
      work: ({ db, id }) => cancelRequestedBackTest(db, id),
    },
  },
  jobs: async () => (await import('./jobs.ts')).createJobs,
})

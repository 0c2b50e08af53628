import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createBackTestJob } from '#lib/poller/index.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readRouterSideSessions } from '#lib/routers/join/router-side-sessions.ts'
import { type AzureResponseWatch, runSetupChecks } from './index.ts'

declare module '#lib/questions/capability.ts' {
  interface JobContext {
    /** collects facts from Azure's recent responses */
    watch: AzureResponseWatch
  }
}

/** Returns the scheduled jobs of this module: the setup report and the back-tests. */
export const createJobs = ({ settings, azure, clock, watch }: JobContext): ScheduledJob[] => [
  {
    name: 'setup',
    everyMs: 5 * MS_PER_MINUTE,
    expireInSeconds: 240,
    run: async (signal, held) => {
      const { results } = await runSetupChecks(
        {
          db: held,
          azure,
          watch,
          clock,
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
  createBackTestJob(readRouterSideSessions),
]

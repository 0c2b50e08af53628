import type { Job } from '#lib/platform/job.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { backTestJob } from '#lib/poller/index.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readRouterEnds } from '#lib/routers/join/router-ends.ts'
import { type AzureResponseWatch, reportSetup } from './index.ts'

declare module '#lib/questions/capability.ts' {
  interface JobContext {
    /** collects facts from Azure's recent responses */
    watch: AzureResponseWatch
  }
}

/** Returns the scheduled jobs of this module: the setup report and the back-tests. */
export const createJobs = ({ settings, azure, clock, watch }: JobContext): Job[] => [
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
  backTestJob(readRouterEnds),
]

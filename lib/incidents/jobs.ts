import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { storeClosedImpacts } from './answers/index.ts'

/** Returns the scheduled jobs for incidents. */
export const createJobs = ({ clock }: JobContext): ScheduledJob[] => [
  {
    name: 'incident-impacts',
    everyMs: MS_PER_MINUTE,
    expireInSeconds: 900,
    run: (signal, held) => storeClosedImpacts(held, clock.now(), signal),
  },
]

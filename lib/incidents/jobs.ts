import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ScheduledJob } from '#lib/platform/job.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { storeClosedImpacts } from './answers/index.ts'

/** Returns the scheduled jobs for incidents. */
export function createJobs({ clock }: JobContext): ScheduledJob[] {
  // All closed incidents are checked until one run of this process was complete, because only a new version of the
  // program changes the rules of old impacts.
  let isChecked = false
  return [
    {
      name: 'incident-impacts',
      everyMs: MS_PER_MINUTE,
      expireInSeconds: 900,
      run: async (signal, held) => {
        isChecked = (await storeClosedImpacts(held, clock.now(), signal, { isWhole: !isChecked })) || isChecked
      },
    },
  ]
}

import type { Job } from '#lib/platform/job.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { secretBoxOf, systemLookup } from '#lib/notify/index.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { announceMaintenance } from './answers/index.ts'
import { refreshCalendars } from './calendars/index.ts'

/** What the room of maintenance does at times of its own. */
export const jobs = ({ settings, clock }: JobContext): Job[] => [
  {
    // each calendar is read once an hour; checked more often, so that one that is new or failed waits less
    name: 'calendars',
    everyMs: 5 * MINUTE,
    expireInSeconds: 280,
    run: (signal, held) =>
      refreshCalendars(
        held,
        {
          clock: clock,
          secrets: secretBoxOf(settings),
          outbound: { allow: settings.outboundAllow, lookup: systemLookup },
          announce: announceMaintenance,
        },
        signal,
      ),
  },
]

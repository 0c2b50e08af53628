import type { Job } from '#lib/platform/job.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readReport } from './answers/index.ts'
import { reportSenderOf, sendDueReports } from './mail/index.ts'

/** Returns the scheduled jobs for reports. */
export const jobs = ({ settings, clock }: JobContext): Job[] => [
  {
    // runs every minute, because each report is due at the local time of its time zone
    name: 'reports',
    everyMs: MINUTE,
    expireInSeconds: 900,
    run: async (signal, held) =>
      sendDueReports(
        held,
        {
          read: (asked, now) => readReport(held, asked, now),
          send: reportSenderOf(settings),
          clock,
          publicUrl: settings.publicUrl,
        },
        signal,
      ),
  },
]

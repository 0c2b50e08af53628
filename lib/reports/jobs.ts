import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { readReportData } from './answers/index.ts'
import { createDefaultReportSender, sendDueReports } from './mail/index.ts'

/** Returns the background job that sends reports. */
export const createJobs = ({ settings, clock }: JobContext): ScheduledJob[] => [
  {
    // Runs every minute. A report is due at a full hour of local time, and a time zone may differ from UTC by a part of
    // an hour.
    name: 'reports',
    everyMs: MS_PER_MINUTE,
    expireInSeconds: 900,
    run: async (signal, held) =>
      sendDueReports(
        held,
        {
          read: (asked, now) => readReportData(held, asked, now),
          send: createDefaultReportSender(settings),
          clock,
          publicUrl: settings.publicUrl,
        },
        signal,
      ),
  },
]

import type { ScheduledJob } from '#lib/platform/job.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { createCalendarContext } from './calendar-requests.ts'
import { fetchAndStoreDueCalendars } from './calendars/index.ts'
import { importNotices } from './mailbox/import-notices.ts'

/** Returns the scheduled jobs for maintenance calendars and the mailbox. */
export const createJobs = ({ settings, clock }: JobContext): ScheduledJob[] => [
  ...mailboxJob(settings, clock),
  {
    // The job runs every 5 minutes although a calendar is read only once an hour, so that a new calendar is read soon.
    name: 'calendars',
    everyMs: 5 * MS_PER_MINUTE,
    expireInSeconds: 280,
    run: (signal, held) => fetchAndStoreDueCalendars(held, createCalendarContext(settings, clock), signal),
  },
]

/** Returns the mailbox job; an empty list if no mailbox is configured. */
function mailboxJob(settings: ProcessSettings, clock: Clock): ScheduledJob[] {
  const { mailbox } = settings
  if (mailbox === null) return []
  return [
    {
      name: 'mailbox',
      everyMs: 2 * MS_PER_MINUTE,
      expireInSeconds: 300,
      run: (signal, held) =>
        importNotices(
          held,
          mailbox,
          createCalendarContext(settings, clock),
          AbortSignal.any([signal, AbortSignal.timeout(4 * MS_PER_MINUTE)]),
        ),
    },
  ]
}

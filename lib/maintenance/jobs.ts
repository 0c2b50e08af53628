import type { Job } from '#lib/platform/job.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { JobContext } from '#lib/questions/index.ts'
import { calendarContext } from './calendar-requests.ts'
import { refreshCalendars } from './calendars/index.ts'

/** What the room of maintenance does at times of its own. */
export const jobs = ({ settings, clock }: JobContext): Job[] => [
  {
    // each calendar is read once an hour; checked more often, so that one that is new or failed waits less
    name: 'calendars',
    everyMs: 5 * MINUTE,
    expireInSeconds: 280,
    run: (signal, held) => refreshCalendars(held, calendarContext(settings, clock), signal),
  },
]

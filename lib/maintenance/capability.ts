import type { CalendarBody } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { knownResources } from '#lib/history/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Job } from '#lib/platform/job.ts'
import {
  type CalendarContext,
  calendarViews,
  dropCalendar,
  putCalendar,
  readCalendarNow,
  refreshCalendars,
} from './calendars/index.ts'
import { announceMaintenance, getMaintenance } from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { secretBoxOf, systemLookup } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { settings } from '#lib/platform/settings.ts'
import {
  aboutNoPoll,
  actor,
  capability,
  databaseBeside,
  InvalidRequestError,
  type JobContext,
} from '#lib/questions/index.ts'

/** What the room of maintenance does at times of its own. */
const jobs = ({ settings, clock }: JobContext): Job[] => [
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

const before = async ({ db, id }: { db: Database; id: string }) =>
  (await calendarViews(db.pool, secretBoxOf(settings()))).find((one) => one.id === id) ?? null

export const maintenance = capability({
  endpoints,
  answers: {
    maintenance: ({ db, parameters }) => getMaintenance(db, parameters),
    /** What is masked is opened first, and the role of questions may not read the sealed addresses. */
    calendars: async ({ caller }) => {
      const all = await calendarViews(databaseBeside('commands').pool, secretBoxOf(settings()))
      // calendars are the deployment's: their names and what they are about are about everybody
      return aboutNoPoll(caller.scope === 'everything' ? all : [])
    },
  },
  commands,
  work: {
    addCalendar: {
      scope: 'whole',
      work: async ({ db, body }) => ({
        data: await putCalendar(db, { id: null, body: await withShortIds(db, body), by: actor() }, calendarContext()),
      }),
      audit: { before: async () => null, after: ({ data }) => data, subject: ({ data }) => data.id },
    },
    putCalendar: {
      scope: 'whole',
      work: async ({ db, id, body }) => ({
        data: await putCalendar(db, { id, body: await withShortIds(db, body), by: actor() }, calendarContext()),
      }),
      audit: { before, after: ({ data }) => data },
    },
    removeCalendar: {
      scope: 'whole',
      work: async ({ db, id }) => ({ data: await dropCalendar(db, id, calendarContext()) }),
      audit: { before, after: () => null },
    },
    readCalendar: {
      scope: 'whole',
      work: async ({ db, id }) => ({
        data: await readCalendarNow(db, id, calendarContext()),
      }),
    },
  },
  jobs: async () => (await import('./jobs.ts')).jobs,
})

/** What calendars are read with, by the environment. */
function calendarContext(): CalendarContext {
  const configured = settings()
  return {
    clock: databaseClock,
    secrets: secretBoxOf(configured),
    outbound: { allow: configured.outboundAllow, lookup: systemLookup },
    announce: announceMaintenance,
  }
}

/** A calendar whose ids are short ids. @throws InvalidRequestError naming the first that is unknown */
async function withShortIds(db: Database, body: CalendarBody): Promise<CalendarBody> {
  const known = await knownResources(db.pool, body.scopes)
  const scopes = body.scopes.map((id, n) => {
    const found = known.get(id)
    if (found) return found.id
    throw new InvalidRequestError(
      `scopes.${n}: nothing is known by the id ${JSON.stringify(id)}; take one from /api/v1/circuits or /api/v1/gateways`,
    )
  })
  return { ...body, scopes }
}

import { createCalendarContext, replaceIdsWithShortIds } from './calendar-requests.ts'
import { readApiCalendars, dropCalendar, saveAndReadCalendar, fetchAndStoreCalendar } from './calendars/index.ts'
import { changeUnreadNoticeState, getMaintenance, getUnreadNotices, readNoticeBeforeChange } from './answers/index.ts'
import { calendarSchema, commands, endpoints } from './api/index.ts'
import { createConfiguredSecretBox } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { getSettings } from '#lib/platform/settings.ts'
import {
  wrapResponseWithoutPolls,
  getActorName,
  defineFeatureCapability,
  getDatabaseForUse,
  encodeWithSchema,
} from '#lib/questions/index.ts'
import { maintenanceTables } from './store/tables.ts'

const context = () => createCalendarContext(getSettings(), databaseClock)

const before = async ({ db, id }: { db: Database; id: string }) =>
  encodeWithSchema(
    calendarSchema.nullable(),
    (await readApiCalendars(db.pool, createConfiguredSecretBox(getSettings()))).find((one) => one.id === id) ?? null,
  )

export const maintenanceCapability = defineFeatureCapability({
  endpoints,
  tables: maintenanceTables,
  answers: {
    maintenance: ({ db, parameters }) => getMaintenance(db, parameters),
    /**
     * This uses the database role for commands. Masking an address requires decrypting it, and the database role for
     * queries may not read encrypted addresses.
     */
    calendars: async ({ caller }) => {
      const all = await readApiCalendars(getDatabaseForUse('commands').pool, createConfiguredSecretBox(getSettings()))
      // A caller with limited access sees no calendars, because a calendar may name any resource of the deployment.
      return wrapResponseWithoutPolls(caller.scope === 'everything' ? all : [])
    },
    unreadNotices: ({ db }) => getUnreadNotices(db),
  },
  commands,
  work: {
    addCalendar: {
      scope: 'whole',
      work: async ({ db, body }) => ({
        data: await saveAndReadCalendar(
          db,
          { id: null, body: await replaceIdsWithShortIds(db, body), by: getActorName() },
          context(),
        ),
      }),
      audit: { after: ({ data }) => data, subject: ({ data }) => data.id },
    },
    putCalendar: {
      scope: 'whole',
      work: async ({ db, id, body }) => ({
        data: await saveAndReadCalendar(
          db,
          { id, body: await replaceIdsWithShortIds(db, body), by: getActorName() },
          context(),
        ),
      }),
      audit: { before, after: ({ data }) => data },
    },
    removeCalendar: {
      scope: 'whole',
      work: async ({ db, id }) => ({ data: await dropCalendar(db, id, context()) }),
      audit: { before, after: () => null },
    },
    closeNotice: {
      scope: 'whole',
      work: async ({ db, id, body }) => ({
        data: await changeUnreadNoticeState(db, id, { ...body, by: getActorName() }),
      }),
      audit: { before: readNoticeBeforeChange, after: ({ data }) => data },
    },
    readCalendar: {
      scope: 'whole',
      work: async ({ db, id }) => ({
        data: await fetchAndStoreCalendar(db, id, context()),
      }),
    },
  },
  jobs: async () => (await import('./jobs.ts')).createJobs,
})

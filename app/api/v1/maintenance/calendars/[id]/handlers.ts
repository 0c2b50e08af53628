import { calendarViews, dropCalendar, putCalendar } from '#lib/maintenance/calendars/index.ts'
import { secretBoxOf } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { settings } from '#lib/platform/settings.ts'
import { actor } from '#lib/questions/index.ts'
import { calendarContext, withShortIds } from '../../../../_http/calendars.ts'
import { commandRoute } from '../../../../_http/handler.ts'

const before = async ({ db, id }: { db: Database; id: string }) =>
  (await calendarViews(db.pool, secretBoxOf(settings()))).find((one) => one.id === id) ?? null

export const PUT = commandRoute(
  'putCalendar',
  async ({ db, id, body }) => ({
    data: await putCalendar(db, { id, body: await withShortIds(db, body), by: actor() }, calendarContext()),
  }),
  { before, after: ({ data }) => data },
)

export const DELETE = commandRoute(
  'removeCalendar',
  async ({ db, id }) => ({ data: await dropCalendar(db, id, calendarContext()) }),
  { before, after: () => null },
)

import { calendarViews, putCalendar } from '#lib/maintenance/calendars/index.ts'
import { secretBoxOf } from '#lib/notify/index.ts'
import { settings } from '#lib/platform/settings.ts'
import { actor, databaseBeside } from '#lib/questions/index.ts'
import { calendarContext, withShortIds } from '../../../_http/calendars.ts'
import { aboutNoPoll } from '../../../_http/envelope.ts'
import { commandRoute, queryRoute } from '../../../_http/handler.ts'

/** What is masked is opened first, and the role of questions may not read the sealed addresses. */
export const GET = queryRoute('calendars', async ({ caller }) => {
  const all = await calendarViews(databaseBeside('commands').pool, secretBoxOf(settings()))
  // calendars are the deployment's: their names and what they are about are about everybody
  return aboutNoPoll(caller.scope === 'everything' ? all : [])
})

export const POST = commandRoute(
  'addCalendar',
  async ({ db, body }) => ({
    data: await putCalendar(db, { id: null, body: await withShortIds(db, body), by: actor() }, calendarContext()),
  }),
  { before: async () => null, after: ({ data }) => data, subject: ({ data }) => data.id },
)

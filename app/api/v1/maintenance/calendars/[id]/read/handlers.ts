import { readCalendarNow } from '#lib/maintenance/calendars/index.ts'
import { calendarContext } from '../../../../../_http/calendars.ts'
import { commandRoute } from '../../../../../_http/handler.ts'

export const POST = commandRoute('readCalendar', async ({ db, id }) => ({
  data: await readCalendarNow(db, id, calendarContext()),
}))

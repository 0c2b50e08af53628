import { requireRight } from '#lib/access/index.ts'
import { reportSenderOf, scheduleOf, sendReportNow } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { askReport } from '#lib/reports/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Sends a report now to its recipients; answers with what the mail server said. */
export const POST = commandRoute('sendReport', async ({ db, id, caller }) => {
  if ((await scheduleOf(db.pool, id)).body.report === 'cost_weekly') requireRight(caller, { right: 'read_cost' })
  const configured = settings()
  return {
    data: await sendReportNow(db, id, {
      read: askReport,
      send: reportSenderOf(configured),
      clock: databaseClock,
      publicUrl: configured.publicUrl,
    }),
  }
})

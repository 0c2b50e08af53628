import { requireRight } from '#lib/access/index.ts'
import { previewReport, scheduleOf, seesReport } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { askReport } from '#lib/reports/answers/index.ts'
import { databaseBeside, NotFoundError } from '#lib/questions/index.ts'
import { aboutNoPoll } from '../../../../_http/envelope.ts'
import { queryRoute } from '../../../../_http/handler.ts'

/** Read as the report's own scope sees it: a caller who sees more is shown what its recipients get. */
export const GET = queryRoute('reportPreview', async ({ id, caller }) => {
  const db = databaseBeside('commands')
  const schedule = await scheduleOf(db.pool, id)
  const none = new NotFoundError(`no report ${id}: see /api/v1/report-schedules`)
  if (!seesReport({ scope: caller.scope, seesCost: true }, schedule)) throw none
  if (schedule.body.report === 'cost_weekly') requireRight(caller, { right: 'read_cost' })
  const { period, mail } = await previewReport(db, id, {
    read: askReport,
    clock: databaseClock,
    publicUrl: settings().publicUrl,
  })
  if (!mail) throw new NotFoundError(`nothing is known of ${period}`)
  const { subject, html, attachments } = mail
  const files = attachments.filter(({ type }) => type === 'text/csv')
  return aboutNoPoll({ period, subject, html, attachments: files.map(({ name, text }) => ({ name, text })) })
})

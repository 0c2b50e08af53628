import { requireRight } from '#lib/access/index.ts'
import type { RequestCaller } from '#lib/contract/index.ts'
import {
  listReports,
  previewReport,
  replaceReports,
  createDefaultReportSender,
  readReportSchedule,
  canSeeReportSchedule,
  sendReportNow,
} from './mail/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { getSettings } from '#lib/platform/settings.ts'
import {
  NotFoundError,
  wrapResponseWithoutPolls,
  runQueryAsOfMoment,
  defineFeatureCapability,
  getDatabaseForUse,
} from '#lib/questions/index.ts'
import { fetchReportData, getAvailabilityReport, getSlos, getUptime, uptimePollKinds } from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { reportsDatabaseTablePolicies } from './store/tables.ts'

const ofAll = { scope: 'everything', seesCost: true } as const
const at = () => ({ now: databaseClock.now(), hasMail: getSettings().mail !== null })
const all = (db: Database) => listReports(db, ofAll, at())

async function answerTo(db: Database, { scope, rights }: RequestCaller) {
  return wrapResponseWithoutPolls(await listReports(db, { scope, seesCost: rights.has('read_cost') }, at()))
}

/**
 * Returns the schedules for the audit log without the field `next`, because this time also changes without a command.
 */
const audited = ({ schedules }: { schedules: readonly { next: unknown }[] }) =>
  schedules.map(({ next: _, ...schedule }) => schedule)

export const reportsCapability = defineFeatureCapability({
  endpoints,
  tables: reportsDatabaseTablePolicies,
  answers: {
    /**
     * This uses the database role for commands. The response contains the names of notification channels, which the
     * read-only database role may not read.
     */
    reportSchedules: async ({ caller }) => answerTo(getDatabaseForUse('commands'), caller),
    /**
     * Shows the report as its recipients receive it. The data are limited to the subscriptions and customers of the
     * report, and do not depend on the access of the caller.
     */
    reportPreview: async ({ id, caller }) => {
      const db = getDatabaseForUse('commands')
      const schedule = await readReportSchedule(db.pool, id)
      const none = new NotFoundError(`no report ${id}: see /api/v1/report-schedules`)
      if (!canSeeReportSchedule({ scope: caller.scope, seesCost: true }, schedule)) throw none
      if (schedule.body.report === 'cost_weekly') requireRight(caller, { right: 'read_cost' })
      const { period, mail } = await previewReport(db, id, {
        read: fetchReportData,
        clock: databaseClock,
        publicUrl: getSettings().publicUrl,
      })
      if (!mail) throw new NotFoundError(`nothing is known of ${period}`)
      const { subject, html, attachments } = mail
      const files = attachments.filter(({ type }) => type === 'text/csv')
      return wrapResponseWithoutPolls({
        period,
        subject,
        html,
        attachments: files.map(({ name, text }) => ({ name, text })),
      })
    },
    slos: ({ caller }) => getSlos(getDatabaseForUse('commands'), caller.scope),
    uptime: ({ db, parameters: { at, ...asked } }) =>
      runQueryAsOfMoment(db, { at, kinds: uptimePollKinds, scope: asked.scope }, (reader, now) =>
        getUptime(reader, asked, now),
      ),
    availabilityReport: ({ db, parameters }) => getAvailabilityReport(db, parameters),
  },
  commands,
  work: {
    putReportSchedules: {
      scope: 'whole',
      work: async ({ db, body, caller }) => {
        const before = await all(db)
        // The command replaces all schedules. The right to read costs is therefore required if one of the stored or new
        // schedules is a cost report.
        const hasCost = [...before.schedules, ...body.schedules].some(({ report }) => report === 'cost_weekly')
        if (hasCost) requireRight(caller, { right: 'read_cost' })
        await replaceReports(db, body, { clock: databaseClock })
        return answerTo(db, caller)
      },
      audit: { before: async ({ db }) => audited(await all(db)), after: ({ data }) => audited(data) },
    },
    /** Sends a report to its recipients now, and returns the record of this delivery. */
    sendReport: {
      scope: 'whole',
      work: async ({ db, id, caller }) => {
        if ((await readReportSchedule(db.pool, id)).body.report === 'cost_weekly')
          requireRight(caller, { right: 'read_cost' })
        const configured = getSettings()
        return {
          data: await sendReportNow(db, id, {
            read: fetchReportData,
            send: createDefaultReportSender(configured),
            clock: databaseClock,
            publicUrl: configured.publicUrl,
          }),
        }
      },
    },
  },
  jobs: async () => (await import('./jobs.ts')).createJobs,
})

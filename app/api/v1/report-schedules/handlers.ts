import { requireRight } from '#lib/access/index.ts'
import type { Caller } from '#lib/contract/index.ts'
import { listReports, replaceReports } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { settings } from '#lib/platform/settings.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { commandRoute, queryRoute } from '../../_http/handler.ts'

/** Channels are named, whose table the role of questions may not read. */
export const GET = queryRoute('reportSchedules', async ({ caller }) => answerTo(databaseBeside('commands'), caller))

export const PUT = commandRoute(
  'putReportSchedules',
  async ({ db, body, caller }) => {
    const before = await all(db)
    // all are replaced: those with amounts, too
    const hasCost = [...before.schedules, ...body.schedules].some(({ report }) => report === 'cost_weekly')
    if (hasCost) requireRight(caller, { right: 'read_cost' })
    await replaceReports(db, body, { clock: databaseClock })
    return answerTo(db, caller)
  },
  { before: async ({ db }) => audited(await all(db)), after: ({ data }) => audited(data) },
)

const ofAll = { scope: 'everything', seesCost: true } as const
const at = () => ({ now: databaseClock.now(), hasMail: settings().mail !== null })
const all = (db: Database) => listReports(db, ofAll, at())

async function answerTo(db: Database, { scope, rights }: Caller) {
  return aboutNoPoll(await listReports(db, { scope, seesCost: rights.has('read_cost') }, at()))
}

/** What was changed; when the next one is due follows from it and from the time. */
const audited = ({ schedules }: Awaited<ReturnType<typeof listReports>>) =>
  schedules.map(({ next: _, ...schedule }) => schedule)

import { defaultNotifySettings, sendIncident } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { announceIncidents } from '#lib/incidents/answers/index.ts'
import { scopedReading } from '#lib/questions/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Queues a message; answers with it. The worker delivers it. */
export const POST = commandRoute('sendIncident', async ({ db, id, body, caller }) => {
  const context = { db, clock: databaseClock, settings: defaultNotifySettings, scoped: scopedReading(db) }
  const sending = { incidentId: id, channelId: body.channelId, note: body.note || null, by: caller.name }
  const data = await sendIncident(context, { ...sending, scope: caller.scope })
  await announceIncidents(db.pool)
  return { data }
})

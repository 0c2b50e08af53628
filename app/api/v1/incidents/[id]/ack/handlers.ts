import { acknowledge } from '#lib/incidents/answers/index.ts'
import { requestAlertEvaluation } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Acknowledges an incident and returns it. */
export const POST = commandRoute('acknowledgeIncident', async ({ db, id, body }) => {
  const answer = await acknowledge(db, id, body.note || null)
  await requestAlertEvaluation(db, id, databaseClock.now())
  return answer
})

import { assign } from '#lib/incidents/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Assigns an incident and returns it. */
export const POST = commandRoute('assignIncident', ({ db, id, body }) =>
  assign(db, id, { assignee: body.assignee, note: body.note || null }),
)

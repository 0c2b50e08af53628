import { noteCostOutcome } from '#lib/cost/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const PUT = commandRoute('noteCostOutcome', ({ db, id, body }) => noteCostOutcome(db, id, body))

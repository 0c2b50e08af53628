import { pinIntents } from '#lib/resilience/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const POST = commandRoute('pinIntents', ({ db, body }) => pinIntents(db, body))

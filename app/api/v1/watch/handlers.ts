import { watchNow } from '#lib/incidents/answers/index.ts'
import { commandRoute } from '../../_http/handler.ts'

/** Polls a circuit or gateway faster for a while, or ends that. */
export const POST = commandRoute('watch', async ({ db, body }) => ({ data: await watchNow(db, body) }))

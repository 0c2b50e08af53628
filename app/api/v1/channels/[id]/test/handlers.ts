import { senderOf, testChannel } from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Sends a test now; answers with what the other side said. */
export const POST = commandRoute('testChannel', async ({ db, id }) => ({
  data: await testChannel(db, id, { send: senderOf(settings()), clock: databaseClock }),
}))

import { recipientsFor } from '#lib/notify/index.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { aboutNoPoll } from '../../../_http/envelope.ts'
import { queryRoute } from '../../../_http/handler.ts'

/** The role of questions may not read channels. */
export const GET = queryRoute('recipients', async ({ caller }) =>
  aboutNoPoll(await recipientsFor(databaseBeside('commands').pool, caller.scope)),
)

import { recipientsFor } from '#lib/notify/index.ts'
import { databaseFor } from '#lib/queries/index.ts'
import { aboutNoPoll } from '../../../_http/envelope.ts'
import { queryRoute } from '../../../_http/handler.ts'

/** The role of questions may not read channels. */
export const GET = queryRoute('recipients', async ({ caller }) =>
  aboutNoPoll(await recipientsFor(databaseFor('commands').pool, caller.scope)),
)

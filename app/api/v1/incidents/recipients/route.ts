import { recipientsFor } from '#lib/notify/index.ts'
import { databaseFor } from '#lib/queries/index.ts'
import { aboutNoPoll } from '../../../_http/envelope.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** The role of questions may not read channels. */
export const GET = queryRoute('recipients', async ({ caller }) =>
  aboutNoPoll(await recipientsFor(databaseFor('commands').pool, caller.scope)),
)

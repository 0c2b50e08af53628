import { knownResources, shortIdOf } from '#lib/history/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { channelSettingsOf, listChannels, replaceChannels } from '#lib/notify/index.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { queryRoute, commandRoute } from '../../_http/handler.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'

/** ARM ids are kept as the short ones that events carry, also before the first inventory has read what they name. */
const ARM_ID = /^\/subscriptions\//i
const SUBSCRIPTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What is masked is opened first, and the role of questions may not read the sealed addresses. */
export const GET = queryRoute('channels', async ({ caller }) =>
  aboutNoPoll(await listChannels(databaseBeside('commands'), channelSettingsOf(settings()), caller.scope)),
)

export const PUT = commandRoute(
  'putChannels',
  async ({ db, body }) => {
    const configured = channelSettingsOf(settings())
    const known = await knownResources(
      db.pool,
      body.channels.flatMap(({ filters }) => filters.scopes),
    )
    const scopeOf = (id: string) => {
      if (SUBSCRIPTION.test(id)) return id.toLowerCase()
      return known.get(id)?.id ?? (ARM_ID.test(id) ? shortIdOf(id) : null)
    }
    await replaceChannels(db, body, { clock: databaseClock, secrets: configured.secrets, scopeOf })
    return aboutNoPoll(await listChannels(db, configured))
  },
  {
    before: async ({ db }) => (await listChannels(db, channelSettingsOf(settings()))).channels,
    after: ({ data }) => data.channels,
  },
)

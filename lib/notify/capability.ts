import { knownResources, shortIdOf } from '#lib/history/index.ts'
import { channelsAnswer, commands, endpoints } from './api/index.ts'
import {
  channelSettingsOf,
  listChannels,
  listEscalation,
  listNotifications,
  replaceChannels,
  replaceEscalation,
  senderOf,
  testChannel,
} from './index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { aboutNoPoll, capability, databaseForUse, encoded } from '#lib/questions/index.ts'
import { notifyTables } from './store/tables.ts'

/**
 * Pattern of ARM IDs. Such IDs in filters are stored as the short IDs that events use, even if no inventory has found
 * the resource yet.
 */
const ARM_ID = /^\/subscriptions\//i
const SUBSCRIPTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface Changed {
  policies: readonly unknown[]
  rotations: readonly { now: unknown; next: unknown }[]
}

/**
 * Returns the escalation configuration without the current and next shifts, which follow from the configuration and the
 * time and are therefore not changes.
 */
const withoutShifts = ({ policies, rotations }: Changed) => ({
  policies,
  rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation),
})

export const notify = capability({
  endpoints,
  tables: notifyTables,
  answers: {
    /**
     * Uses the connection for commands, because masked addresses are decrypted first and the read-only role may not
     * read the sealed addresses.
     */
    channels: async ({ caller }) =>
      aboutNoPoll(await listChannels(databaseForUse('commands'), channelSettingsOf(settings()), caller.scope)),
    /**
     * Uses the connection for commands, because the answer names channels and the read-only role may not read their
     * table.
     */
    escalation: async ({ caller }) =>
      aboutNoPoll(await listEscalation(databaseForUse('commands'), caller.scope, databaseClock.now())),
    notifications: async ({ db, parameters }) => {
      const { data, nextCursor } = await listNotifications(db, parameters)
      return { ...aboutNoPoll(data), nextCursor }
    },
  },
  commands,
  work: {
    putChannels: {
      scope: 'whole',
      work: async ({ db, body }) => {
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
      audit: {
        before: async ({ db }) =>
          encoded(channelsAnswer, await listChannels(db, channelSettingsOf(settings()))).channels,
        after: ({ data }) => data.channels,
      },
    },
    putEscalation: {
      scope: 'whole',
      work: async ({ db, body, caller }) => {
        await replaceEscalation(db, body, { clock: databaseClock })
        return aboutNoPoll(await listEscalation(db, caller.scope, databaseClock.now()))
      },
      audit: {
        before: async ({ db }) => withoutShifts(await listEscalation(db, 'everything', databaseClock.now())),
        after: ({ data }) => withoutShifts(data),
      },
    },
    /** Sends a test and returns the answer of the receiver. */
    testChannel: {
      scope: 'whole',
      work: async ({ db, id }) => ({
        data: await testChannel(db, id, { send: senderOf(settings()), clock: databaseClock }),
      }),
    },
  },
})

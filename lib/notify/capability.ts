import { findKnownResources, computeShortId } from '#lib/history/index.ts'
import { channelsResponseSchema, commands, endpoints } from './api/index.ts'
import {
  createChannelSettings,
  listChannels,
  readEscalationSettings,
  listNotifications,
  replaceChannels,
  replaceEscalationSettings,
  createConfiguredNotificationSender,
  testChannel,
} from './index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { getSettings } from '#lib/platform/settings.ts'
import {
  wrapResponseWithoutPolls,
  defineFeatureCapability,
  getDatabaseForUse,
  encodeWithSchema,
} from '#lib/questions/index.ts'
import { notifyTables } from './store/tables.ts'

/**
 * Pattern of an ARM ID. A filter of a channel may contain ARM IDs. They are stored as short IDs, because events use
 * short IDs; this also works for a resource that no inventory poll has found yet.
 */
const ARM_ID = /^\/subscriptions\//i
const SUBSCRIPTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface Changed {
  policies: readonly unknown[]
  rotations: readonly { now: unknown; next: unknown }[]
}

/**
 * Returns the escalation configuration without the current and next shifts. The audit compares the result before and
 * after a command; the shifts change as time passes, even without a command.
 */
const withoutShifts = ({ policies, rotations }: Changed) => ({
  policies,
  rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation),
})

export const notifyCapability = defineFeatureCapability({
  endpoints,
  tables: notifyTables,
  answers: {
    /**
     * Uses the connection for commands, because the addresses are decrypted before they are masked, and the read-only
     * role may not read the encrypted addresses.
     */
    channels: async ({ caller }) =>
      wrapResponseWithoutPolls(
        await listChannels(getDatabaseForUse('commands'), createChannelSettings(getSettings()), caller.scope),
      ),
    /**
     * Uses the connection for commands, because the response contains channel names and the read-only role may not read
     * the table of channels.
     */
    escalation: async ({ caller }) =>
      wrapResponseWithoutPolls(
        await readEscalationSettings(getDatabaseForUse('commands'), caller.scope, databaseClock.now()),
      ),
    notifications: async ({ db, parameters }) => {
      const { data, nextCursor } = await listNotifications(db, parameters)
      return { ...wrapResponseWithoutPolls(data), nextCursor }
    },
  },
  commands,
  work: {
    putChannels: {
      scope: 'whole',
      work: async ({ db, body }) => {
        const configured = createChannelSettings(getSettings())
        const known = await findKnownResources(
          db.pool,
          body.channels.flatMap(({ filters }) => filters.scopes),
        )
        const scopeOf = (id: string) => {
          if (SUBSCRIPTION.test(id)) return id.toLowerCase()
          return known.get(id)?.id ?? (ARM_ID.test(id) ? computeShortId(id) : null)
        }
        await replaceChannels(db, body, { clock: databaseClock, secrets: configured.secrets, scopeOf })
        return wrapResponseWithoutPolls(await listChannels(db, configured))
      },
      audit: {
        before: async ({ db }) =>
          encodeWithSchema(channelsResponseSchema, await listChannels(db, createChannelSettings(getSettings())))
            .channels,
        after: ({ data }) => data.channels,
      },
    },
    putEscalation: {
      scope: 'whole',
      work: async ({ db, body, caller }) => {
        await replaceEscalationSettings(db, body, { clock: databaseClock })
        return wrapResponseWithoutPolls(await readEscalationSettings(db, caller.scope, databaseClock.now()))
      },
      audit: {
        before: async ({ db }) => withoutShifts(await readEscalationSettings(db, 'everything', databaseClock.now())),
        after: ({ data }) => withoutShifts(data),
      },
    },
    /** Sends a test message and returns the receiver's response. */
    testChannel: {
      scope: 'whole',
      work: async ({ db, id }) => ({
        data: await testChannel(db, id, {
          send: createConfiguredNotificationSender(getSettings()),
          clock: databaseClock,
        }),
      }),
    },
  },
})

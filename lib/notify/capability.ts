import { knownResources, shortIdOf } from '#lib/history/index.ts'
import { acknowledge, announceIncidents, getIncident, snooze } from '#lib/incidents/answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import {
  channelSettingsOf,
  defaultNotifySettings,
  listChannels,
  listEscalation,
  listNotifications,
  recipientsFor,
  replaceChannels,
  replaceEscalation,
  requestAlertEvaluation,
  sendIncident,
  senderOf,
  testChannel,
} from './index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { aboutNoPoll, capability, databaseBeside, type Db, scopedReading } from '#lib/questions/index.ts'

/** ARM ids are kept as the short ones that events carry, also before the first inventory has read what they name. */
const ARM_ID = /^\/subscriptions\//i
const SUBSCRIPTION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What was changed; who is on call follows from it and from the time. */
const withoutShifts = ({ policies, rotations }: Awaited<ReturnType<typeof listEscalation>>) => ({
  policies,
  rotations: rotations.map(({ now: _, next: __, ...rotation }) => rotation),
})

/** A command about one incident is for whoever sees that, and is answered as its giver sees it. */
const seen = (reader: Db, { id }: { id: string }) => getIncident(reader, id)
const OF_INCIDENT = { check: seen, result: seen }

export const notify = capability({
  endpoints,
  answers: {
    /** What is masked is opened first, and the role of questions may not read the sealed addresses. */
    channels: async ({ caller }) =>
      aboutNoPoll(await listChannels(databaseBeside('commands'), channelSettingsOf(settings()), caller.scope)),
    /** Channels are named, whose table the role of questions may not read. */
    escalation: async ({ caller }) =>
      aboutNoPoll(await listEscalation(databaseBeside('commands'), caller.scope, databaseClock.now())),
    notifications: async ({ db, parameters }) => {
      const { data, nextCursor } = await listNotifications(db, parameters)
      return { ...aboutNoPoll(data), nextCursor }
    },
    /** The role of questions may not read channels. */
    recipients: async ({ caller }) => aboutNoPoll(await recipientsFor(databaseBeside('commands').pool, caller.scope)),
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
        before: async ({ db }) => (await listChannels(db, channelSettingsOf(settings()))).channels,
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
    /** Sends a test now; answers with what the other side said. */
    testChannel: {
      scope: 'whole',
      work: async ({ db, id }) => ({
        data: await testChannel(db, id, { send: senderOf(settings()), clock: databaseClock }),
      }),
    },
    /** Acknowledges an incident and returns it. */
    acknowledgeIncident: {
      scope: OF_INCIDENT,
      work: async ({ db, id, body }) => {
        const answer = await acknowledge(db, id, body.note || null)
        await requestAlertEvaluation(db, id, databaseClock.now())
        return answer
      },
    },
    /** Mutes reminders of an incident for a while, and returns it. */
    snoozeIncident: {
      scope: OF_INCIDENT,
      work: async ({ db, id, body }) => {
        const answer = await snooze(db, id, body.minutes)
        await requestAlertEvaluation(db, id, databaseClock.now())
        return answer
      },
    },
    /** Queues a message; answers with it. The worker delivers it. */
    sendIncident: {
      scope: { check: seen },
      work: async ({ db, id, body, caller }) => {
        const context = { db, clock: databaseClock, settings: defaultNotifySettings, scoped: scopedReading(db) }
        const sending = { incidentId: id, channelId: body.channelId, note: body.note || null, by: caller.name }
        const data = await sendIncident(context, { ...sending, scope: caller.scope })
        await announceIncidents(db.pool)
        return { data }
      },
    },
  },
})

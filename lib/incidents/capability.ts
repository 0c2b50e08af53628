import { listPollKindsOfEvents } from '#lib/questions/event-sources.ts'
import { listPossibleAssignees, listUsers } from '#lib/access/index.ts'
import {
  acknowledgeVisibleIncident,
  publishIncidentChange,
  assignVisibleIncident,
  deleteNote,
  getActivity,
  getChanges,
  getEventKinds,
  getEvents,
  getEventsSummary,
  getHandover,
  getIncident,
  getIncidents,
  getIncidentsSummary,
  getNotes,
  pollKindsOfHandover,
  incidentMessageReaders,
  readRecentAssignees,
  readNote,
  changeNote,
  assertResourceVisible,
  snoozeVisibleIncident,
  pollResourceFaster,
  writeNote,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { getSharedIds } from '#lib/history/index.ts'
import {
  defaultNotifySettings,
  listAllowedRecipients,
  requestAlertEvaluation,
  sendIncident,
} from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import {
  wrapResponseWithoutPolls,
  runQueryAsOfMoment,
  defineFeatureCapability,
  getDatabaseForUse,
  type ReadableDatabase,
  getSqlExecutor,
  resolveResource,
  createScopedReaders,
  WholeDeploymentError,
} from '#lib/questions/index.ts'
import { incidentsTables } from './store/tables.ts'

/**
 * Permission check of a command about one incident: the caller must be able to see the incident. It also returns the
 * incident as far as the caller may see it.
 */
const seen = (reader: ReadableDatabase, { id }: { id: string }) => getIncident(reader, id)
const OF_INCIDENT = { check: seen, result: seen }

export const incidentsCapability = defineFeatureCapability({
  endpoints,
  tables: incidentsTables,
  answers: {
    changes: ({ db, parameters }) => getChanges(db, parameters),
    eventKinds: () => getEventKinds(),
    events: ({ db, parameters }) => getEvents(db, parameters),
    eventsSummary: ({ db, parameters }) => getEventsSummary(db, parameters),
    incidents: ({ db, parameters: { at, ...asked } }) =>
      runQueryAsOfMoment(db, { at, kinds: listPollKindsOfEvents() }, (reader, now) => getIncidents(reader, asked, now)),
    incidentsSummary: ({ db, parameters }) => getIncidentsSummary(db, parameters),
    incident: ({ db, id, parameters: { at }, offers }) =>
      runQueryAsOfMoment(db, { at, kinds: listPollKindsOfEvents() }, async (reader, now) => {
        const answer = await getIncident(reader, id, now)
        const { root } = answer.data
        const hindrance = root
          ? await offers.hindranceBefore?.(db, { ...root, began: root.startedBetween.earliest }, now)
          : null
        return { ...answer, data: { ...answer.data, hindrance: hindrance ?? null } }
      }),
    /**
     * Reads users through the connection for commands, because the read-only database role may not read sign-in data.
     */
    assignees: async ({ db, caller }) => {
      const users = listPossibleAssignees(caller, await listUsers(getDatabaseForUse('commands').pool))
      const isUser = new Set(users.map((name) => name.toLowerCase()))
      const others = (await readRecentAssignees(db)).filter((name) => !isUser.has(name.toLowerCase()))
      return wrapResponseWithoutPolls([
        ...users.map((name) => ({ name, isUser: true })),
        ...others.map((name) => ({ name, isUser: false })),
      ])
    },
    /** Reads channels through the connection for commands, because the read-only database role may not read them. */
    recipients: async ({ caller }) =>
      wrapResponseWithoutPolls(await listAllowedRecipients(getDatabaseForUse('commands').pool, caller.scope)),
    handover: ({ db, parameters: { at, since } }) =>
      runQueryAsOfMoment(db, { at, kinds: pollKindsOfHandover }, (reader, now) => getHandover(reader, { since }, now)),
    activity: ({ db, parameters }) => getActivity(db, parameters),
    notes: ({ db, parameters }) => getNotes(db, parameters),
  },
  commands,
  jobs: async () => (await import('./jobs.ts')).createJobs,
  work: {
    /** Polls a circuit or gateway faster for some minutes, or returns to normal polling. */
    watch: {
      // Only the owner of a shared resource may change how often it is polled.
      scope: {
        async check(reader, { body }) {
          const { id } = await resolveResource(getSqlExecutor(reader), body.scope)
          if (getSharedIds(getSqlExecutor(reader)).has(id)) throw new WholeDeploymentError()
        },
      },
      work: async ({ db, body }) => ({ data: await pollResourceFaster(db, body) }),
    },
    /** Assigns an incident and returns it. */
    assignIncident: {
      scope: OF_INCIDENT,
      work: ({ db, id, body }) => assignVisibleIncident(db, id, { assignee: body.assignee, note: body.note || null }),
    },
    /** Acknowledges an incident and returns it. */
    acknowledgeIncident: {
      scope: OF_INCIDENT,
      work: async ({ db, id, body }) => {
        const answer = await acknowledgeVisibleIncident(db, id, body.note || null)
        await requestAlertEvaluation(db, id, databaseClock.now())
        return answer
      },
    },
    /** Mutes reminders of an incident for some minutes, and returns it. */
    snoozeIncident: {
      scope: OF_INCIDENT,
      work: async ({ db, id, body }) => {
        const answer = await snoozeVisibleIncident(db, id, body.minutes)
        await requestAlertEvaluation(db, id, databaseClock.now())
        return answer
      },
    },
    /** Queues a message and returns it. The worker delivers it. */
    sendIncident: {
      scope: { check: seen },
      work: async ({ db, id, body, caller }) => {
        const context = {
          db,
          clock: databaseClock,
          settings: defaultNotifySettings,
          scoped: createScopedReaders(db),
          incidents: incidentMessageReaders,
        }
        const sending = { incidentId: id, channelId: body.channelId, note: body.note || null, by: caller.name }
        const data = await sendIncident(context, { ...sending, scope: caller.scope })
        await publishIncidentChange(db.pool)
        return { data }
      },
    },
    writeNote: {
      scope: { check: (reader, { body }) => assertResourceVisible(reader, body.scope) },
      work: ({ db, body }) => writeNote(db, body),
      audit: { after: ({ data }) => data, subject: ({ data }) => data.id },
    },
    rewriteNote: {
      scope: { check: (reader, { id }) => readNote(reader, id) },
      work: ({ db, id, body }) => changeNote(db, id, body),
      audit: { before: ({ db, id }) => readNote(db, id), after: ({ data }) => data },
    },
    deleteNote: {
      scope: { check: (reader, { id }) => readNote(reader, id) },
      work: ({ db, id }) => deleteNote(db, id),
      audit: { before: ({ db, id }) => readNote(db, id), after: () => null },
    },
  },
})

import { z } from 'zod'
import { activityEntry } from '../activity.ts'
import { configurationChange } from '../changes.ts'
import { declarationsAnswer, declarationsBody, declarationsVersion } from '../declarations.ts'
import { answerOf, coveredAnswerOf, pageOf } from '../envelope.ts'
import { eventKind } from '../event-kinds.ts'
import { event, eventsSummary } from '../events.ts'
import { notification } from '../channels.ts'
import {
  acknowledgeBody,
  assignBody,
  assignee,
  incident,
  incidentDetail,
  incidentsSummary,
  recipient,
  sendBody,
} from '../incidents.ts'
import {
  activityParameters,
  changesParameters,
  declarationsParameters,
  eventsParameters,
  eventsSummaryParameters,
  incidentsParameters,
  incidentsSummaryParameters,
  listParameters,
  maintenanceParameters,
  noParameters,
  handoverParameters,
} from '../parameters.ts'
import { handover } from '../handover.ts'
import { calendarBody, calendarView } from '../calendars.ts'
import { maintenanceWindow, unreadableMaintenance } from '../maintenance.ts'
import { askedJoin, formerResource, joinBody } from '../resource-joins.ts'
import type { Command, Endpoint } from './endpoint.ts'

/** What happened, what it belongs to, and what operators say of it. */
export const eventEndpoints = {
  changes: {
    path: '/changes',
    summary: 'Changes of configuration with the Activity Log entry that explains each, newest first',
    right: 'read',
    parameters: changesParameters,
    response: pageOf(configurationChange),
  },
  eventKinds: {
    path: '/event-kinds',
    summary: 'Every kind of event: its meaning, what proves it, and how maintenance, incidents and polling treat it',
    right: 'read',
    parameters: noParameters,
    response: answerOf(eventKind.array()),
  },
  events: {
    path: '/events',
    summary: 'Events that may have started in the requested time, newest first',
    right: 'read',
    parameters: eventsParameters,
    response: pageOf(event),
  },
  eventsSummary: {
    path: '/events/summary',
    summary:
      'Events of a range, counted by step of time and severity, and the sessions that were lost most often in it',
    right: 'read',
    parameters: eventsSummaryParameters,
    response: answerOf(eventsSummary),
  },
  incidents: {
    path: '/incidents',
    summary: 'Incidents: events that began together, newest first; of open ones alone the worst first',
    right: 'read',
    parameters: incidentsParameters,
    response: pageOf(incident),
  },
  incidentsSummary: {
    path: '/incidents/summary',
    summary: 'Figures about the incidents opened in a range: by day, severity and owner, time to acknowledge, MTTR',
    right: 'read',
    parameters: incidentsSummaryParameters,
    response: answerOf(incidentsSummary),
  },
  incident: {
    path: '/incidents/{id}',
    summary: 'One incident with all of its events',
    right: 'read',
    parameters: noParameters,
    response: answerOf(incidentDetail),
  },
  assignees: {
    path: '/incidents/assignees',
    summary: 'Whom incidents can be assigned to: users who may acknowledge, and names of the last 90 days',
    right: 'acknowledge',
    parameters: noParameters,
    response: answerOf(assignee.array()),
  },
  recipients: {
    path: '/incidents/recipients',
    summary: 'Channels that incidents can be sent to by hand: turned on, and of a scope no wider than the caller’s',
    right: 'acknowledge',
    parameters: noParameters,
    response: answerOf(recipient.array()),
  },
  handover: {
    path: '/handover',
    summary: 'Handover: incidents opened, closed, still open and acknowledged since a time, and gaps in polling',
    right: 'read',
    parameters: handoverParameters,
    response: answerOf(handover),
  },
  activity: {
    path: '/activity',
    summary: 'Entries of the Activity Log about one circuit or gateway and its children, newest first',
    right: 'read',
    parameters: activityParameters,
    response: coveredAnswerOf(activityEntry.array()),
  },
  maintenance: {
    path: '/maintenance',
    summary:
      'Maintenance windows of every source in a time, each time of one that recurs, in the order in which they begin',
    right: 'read',
    parameters: maintenanceParameters,
    response: answerOf(maintenanceWindow.array()).extend({
      unreadable: unreadableMaintenance
        .array()
        .describe('maintenance configurations whose windows are unknown: events in them alert'),
    }),
  },
  calendars: {
    path: '/maintenance/calendars',
    summary: 'Calendars that announce maintenance, with how their reading goes',
    right: 'read',
    parameters: noParameters,
    response: answerOf(calendarView.array()),
  },
  declarations: {
    path: '/declarations',
    summary:
      'What an operator declared, now or as of a moment: sites, mappings, policies, maintenance, cards, watch list',
    right: 'read',
    parameters: declarationsParameters,
    response: answerOf(declarationsAnswer),
  },
  formerResources: {
    path: '/resources/{id}/former',
    summary: 'Removed resources that a listed one could have been before: of its type, the latest removal first',
    right: 'read',
    parameters: noParameters,
    response: answerOf(formerResource.array()),
  },
  declarationsVersions: {
    path: '/declarations/versions',
    summary: 'Who declared what and when, newest first',
    right: 'read',
    parameters: listParameters,
    response: pageOf(declarationsVersion),
  },
} as const satisfies Record<string, Endpoint>

export const storyCommands = {
  putDeclarations: {
    method: 'put',
    path: '/declarations',
    summary: 'Replaces the lists that are sent, as one new version; an absent list is kept',
    right: 'declare',
    body: declarationsBody,
    response: answerOf(declarationsAnswer),
    problems: [409],
  },
  joinResource: {
    method: 'post',
    path: '/resources/{id}/join',
    summary:
      'Lets a listed resource go on as one that is removed, with its id and history; the next inventory, asked for now, does it',
    right: 'declare',
    body: joinBody,
    response: answerOf(askedJoin),
    problems: [404, 409],
  },
  partResource: {
    method: 'post',
    path: '/resources/{id}/part',
    summary:
      'Undoes the last move of a resource, which then has an id of its own; the next inventory, asked for now, does it',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(askedJoin),
    problems: [404, 409],
  },
  addCalendar: {
    method: 'post',
    path: '/maintenance/calendars',
    summary: 'Adds a calendar by URL or by its text, and reads it',
    right: 'declare',
    body: calendarBody,
    response: answerOf(calendarView),
    problems: [],
  },
  putCalendar: {
    method: 'put',
    path: '/maintenance/calendars/{id}',
    summary: 'Changes a calendar, and reads it; without url and content its source stays',
    right: 'declare',
    body: calendarBody,
    response: answerOf(calendarView),
    problems: [404],
  },
  removeCalendar: {
    method: 'delete',
    path: '/maintenance/calendars/{id}',
    summary: 'Takes a calendar away, with all of its windows',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(calendarView),
    problems: [404],
  },
  readCalendar: {
    method: 'post',
    path: '/maintenance/calendars/{id}/read',
    summary: 'Reads a calendar now, and not when its hour is over',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(calendarView),
    problems: [404],
  },
  acknowledgeIncident: {
    method: 'post',
    path: '/incidents/{id}/ack',
    summary: 'Takes an incident on',
    right: 'acknowledge',
    body: acknowledgeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  },
  assignIncident: {
    method: 'post',
    path: '/incidents/{id}/assign',
    summary: 'Assigns an incident to a person or a team, or to nobody; the same again changes nothing',
    right: 'acknowledge',
    body: assignBody,
    response: answerOf(incidentDetail),
    problems: [404],
  },
  sendIncident: {
    method: 'post',
    path: '/incidents/{id}/send',
    summary: 'Queues one message about an incident to a channel; the same again within a minute is the same message',
    right: 'acknowledge',
    body: sendBody,
    response: answerOf(notification),
    problems: [404, 409, 429],
  },
} as const satisfies Record<string, Command>

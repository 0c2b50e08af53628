import { configurationChange, explainedBy } from './changes.ts'
import { eventKind } from './event-kinds.ts'
import { event, eventsSummary } from './events.ts'
import {
  acknowledgeBody,
  assignBody,
  assignee,
  incident,
  incidentDetail,
  incidentsSummary,
  recipient,
  sendBody,
  snoozeBody,
} from './incidents.ts'
import { newNoteBody, note, recordBody } from './notes.ts'
import {
  activityParameters,
  changesParameters,
  eventsParameters,
  eventsSummaryParameters,
  handoverParameters,
  incidentsParameters,
  incidentsSummaryParameters,
  notesParameters,
} from './parameters.ts'
import { z } from 'zod'
import {
  answerOf,
  atParameters,
  command,
  coveredAnswerOf,
  endpoint,
  notification,
  pageOf,
  type ResultIn,
  instant,
  omittedGaps,
  uncoveredInterval,
} from '#lib/contract/index.ts'

/** Body of a "Watch now" request. */
export const watchBody = z.strictObject({
  scope: z.string().trim().min(1, 'name a circuit, gateway or connection by its id').max(2_048),
  minutes: z
    .number()
    .min(0, 'send the minutes to watch, or 0 to end it')
    .max(60, 'watch for 60 minutes at most')
    .default(10)
    .describe('0 ends it; a burst after an adverse sample continues'),
})
export type WatchBody = z.input<typeof watchBody>

/** Result of a "Watch now" request: the polls that run faster because a user watches the resource. */
export const watch = z.object({
  scope: z.string(),
  polls: z.number().int().describe('how many polls are made faster'),
  rejectedPolls: z
    .number()
    .int()
    .describe("how many are not: Azure's budget for the subscription has no room for them"),
  everySeconds: z.number().describe('the pace meanwhile'),
  until: instant.nullable().describe('null = nothing is made faster'),
})
export type Watch = z.infer<typeof watch>

/** Report for the handover of a shift. An incident may be in several lists, for example opened and closed. */
export const handover = z.object({
  since: instant,
  until: instant,
  opened: z.array(incident).describe('opened since, newest first'),
  closed: z.array(incident).describe('closed since, newest first'),
  stillOpen: z.array(incident).describe('open now, whenever they began, the worst first'),
  acknowledged: z.array(incident).describe('acknowledged since, newest first'),
  gaps: z
    .array(uncoveredInterval.extend({ scopeName: z.string() }))
    .describe('gaps in polling since then, the longest first; at most 500'),
  gapsOmitted: omittedGaps,
})
export type Handover = z.infer<typeof handover>

/** An Activity Log entry about a resource or one of its children. */
export const activityEntry = explainedBy
export type ActivityEntryView = z.infer<typeof activityEntry>

export const endpoints = {
  changes: endpoint('/changes', 'read', {
    summary: 'Changes of configuration with the Activity Log entry that explains each, newest first',
    parameters: changesParameters,
    response: pageOf(configurationChange),
  }),
  eventKinds: endpoint('/event-kinds', 'read', {
    summary: 'Every kind of event: its meaning, what proves it, and how maintenance, incidents and polling treat it',
    response: answerOf(eventKind.array()),
  }),
  events: endpoint('/events', 'read', {
    summary: 'Events that may have started in the requested time, newest first',
    parameters: eventsParameters,
    response: pageOf(event),
  }),
  eventsSummary: endpoint('/events/summary', 'read', {
    summary:
      'Events of a range, counted by step of time and severity, and the sessions that were lost most often in it',
    parameters: eventsSummaryParameters,
    response: answerOf(eventsSummary),
  }),
  incidents: endpoint('/incidents', 'read', {
    summary: 'Incidents: events that began together, newest first; of open ones alone the worst first',
    forAll: true,
    parameters: incidentsParameters,
    response: pageOf(incident),
  }),
  incidentsSummary: endpoint('/incidents/summary', 'read', {
    summary: 'Figures about the incidents opened in a range: by day, severity and owner, time to acknowledge, MTTR',
    parameters: incidentsSummaryParameters,
    response: answerOf(incidentsSummary),
  }),
  incident: endpoint('/incidents/{id}', 'read', {
    summary: 'One incident with all of its events, now or as of a moment',
    parameters: atParameters,
    response: coveredAnswerOf(incidentDetail),
  }),
  assignees: endpoint('/incidents/assignees', 'acknowledge', {
    summary: 'Whom incidents can be assigned to: users who may acknowledge, and names of the last 90 days',
    response: answerOf(assignee.array()),
  }),
  recipients: endpoint('/incidents/recipients', 'acknowledge', {
    summary: 'Channels that incidents can be sent to by hand: turned on, and of a scope no wider than the caller’s',
    response: answerOf(recipient.array()),
  }),
  handover: endpoint('/handover', 'read', {
    summary: 'Handover: incidents opened, closed, still open and acknowledged since a time, and gaps in polling',
    parameters: handoverParameters,
    response: coveredAnswerOf(handover),
  }),
  activity: endpoint('/activity', 'read', {
    summary: 'Entries of the Activity Log about one circuit or gateway and its children, newest first',
    parameters: activityParameters,
    response: coveredAnswerOf(activityEntry.array()),
  }),
  notes: endpoint('/notes', 'read', {
    summary: 'What people wrote at moments and ranges that touch the requested time, the latest first, 1,000 at most',
    parameters: notesParameters,
    response: answerOf(note.array()),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  watch: command('post', '/watch', 'acknowledge', {
    summary: 'Polls a circuit, gateway or connection faster for a while, so that bounds are narrow; 0 minutes end it',
    body: watchBody,
    response: answerOf(watch),
    problems: [404],
  }),
  assignIncident: command('post', '/incidents/{id}/assign', 'acknowledge', {
    summary: 'Assigns an incident to a person or a team, or to nobody; the same again changes nothing',
    body: assignBody,
    response: answerOf(incidentDetail),
    problems: [404],
  }),
  acknowledgeIncident: command('post', '/incidents/{id}/ack', 'acknowledge', {
    summary: 'Takes an incident on',
    body: acknowledgeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  }),
  snoozeIncident: command('post', '/incidents/{id}/snooze', 'acknowledge', {
    summary: 'Mutes reminders and escalations of an incident for a while; its end is notified. 0 minutes end it',
    body: snoozeBody,
    response: answerOf(incidentDetail),
    problems: [404],
  }),
  sendIncident: command('post', '/incidents/{id}/send', 'acknowledge', {
    summary: 'Queues one message about an incident to a channel; the same again within a minute is the same message',
    body: sendBody,
    response: answerOf(notification),
    problems: [404, 409, 429],
  }),
  writeNote: command('post', '/notes', 'acknowledge', {
    summary: 'Writes a note at a moment or a range about a resource, a session or prefix of it, or the whole estate',
    body: newNoteBody,
    response: answerOf(note),
    problems: [404],
  }),
  rewriteNote: command('put', '/notes/{id}', 'acknowledge', {
    summary: 'Changes the time and text of a note',
    body: recordBody,
    response: answerOf(note),
    problems: [404],
  }),
  deleteNote: command('delete', '/notes/{id}', 'acknowledge', {
    summary: 'Deletes a note, and returns what it was',
    response: answerOf(note),
    problems: [404],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>

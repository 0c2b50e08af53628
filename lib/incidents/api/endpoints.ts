import { configurationChangeSchema, explainedBySchema } from './changes.ts'
import { eventKindSchema } from './event-kinds.ts'
import { eventSchema, eventsSummarySchema } from './events.ts'
import {
  acknowledgeBodySchema,
  assignBodySchema,
  assigneeSchema,
  incidentSchema,
  incidentDetailSchema,
  incidentsSummarySchema,
  recipientSchema,
  sendMessageBodySchema,
  snoozeBodySchema,
} from './incidents.ts'
import { newNoteBodySchema, noteSchema, noteRecordBodySchema } from './notes.ts'
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
  createResponseSchema,
  atParameters,
  defineCommand,
  createCoveredResponseSchema,
  defineEndpoint,
  notificationSchema,
  createPageSchema,
  type CommandResult,
  instantCodec,
  omittedGapsSchema,
  uncoveredIntervalSchema,
} from '#lib/contract/index.ts'

/** Body of a "Watch now" request. */
export const fasterPollingBodySchema = z.strictObject({
  scope: z.string().trim().min(1, 'name a circuit, gateway or connection by its id').max(2_048),
  minutes: z
    .number()
    .min(0, 'send the minutes to watch, or 0 to end it')
    .max(60, 'watch for 60 minutes at most')
    .default(10)
    .describe('0 ends it; fast polling after an adverse sample continues'),
})
export type FasterPollingBody = z.input<typeof fasterPollingBodySchema>

/** Result of a "Watch now" request: the polls that run faster because a user watches the resource. */
export const fasterPollingSchema = z.object({
  scope: z.string(),
  polls: z.number().int().describe('number of polls that run faster'),
  rejectedPolls: z
    .number()
    .int()
    .describe(
      'number of polls that do not run faster, because the setting `burst.polls` limits the fast polls of a subscription',
    ),
  everySeconds: z.number().describe('interval of the faster polls'),
  until: instantCodec.nullable().describe('end of the fast polling; null = no poll runs faster'),
})
export type FasterPollingResponse = z.infer<typeof fasterPollingSchema>

/** Report for the handover of a shift. An incident may be in several lists, for example opened and closed. */
export const handoverSchema = z.object({
  since: instantCodec,
  until: instantCodec,
  opened: z.array(incidentSchema).describe('incidents that opened since then, newest first'),
  closed: z.array(incidentSchema).describe('incidents that closed since then, newest first'),
  stillOpen: z.array(incidentSchema).describe('all incidents that are open now, the worst first'),
  acknowledged: z.array(incidentSchema).describe('incidents that were acknowledged since then, newest first'),
  gaps: z
    .array(uncoveredIntervalSchema.extend({ scopeName: z.string() }))
    .describe('gaps in polling since then, the longest first; at most 500'),
  gapsOmitted: omittedGapsSchema,
})
export type ShiftHandover = z.infer<typeof handoverSchema>

/** An Activity Log entry about a resource or one of its children. */
export const activityEntrySchema = explainedBySchema
export type ApiActivityEntry = z.infer<typeof activityEntrySchema>

export const endpoints = {
  changes: defineEndpoint('/changes', 'read', {
    summary: 'Configuration changes, each with the Activity Log entry that explains it, newest first',
    parameters: changesParameters,
    response: createPageSchema(configurationChangeSchema),
  }),
  eventKinds: defineEndpoint('/event-kinds', 'read', {
    summary: 'Every kind of event: its meaning, its proof, and how maintenance, incidents and polling treat it',
    response: createResponseSchema(eventKindSchema.array()),
  }),
  events: defineEndpoint('/events', 'read', {
    summary: 'Events that may have started in the requested time, newest first',
    parameters: eventsParameters,
    response: createPageSchema(eventSchema),
  }),
  eventsSummary: defineEndpoint('/events/summary', 'read', {
    summary: 'Numbers of events in a range by step of time and severity, and the sessions that were lost most often',
    parameters: eventsSummaryParameters,
    response: createResponseSchema(eventsSummarySchema),
  }),
  incidents: defineEndpoint('/incidents', 'read', {
    summary:
      'Incidents (groups of events with a common start), newest first; with only open incidents, the worst first',
    forAll: true,
    parameters: incidentsParameters,
    response: createPageSchema(incidentSchema),
  }),
  incidentsSummary: defineEndpoint('/incidents/summary', 'read', {
    summary: 'Figures about the incidents opened in a range: by day, severity and owner, time to acknowledge, MTTR',
    parameters: incidentsSummaryParameters,
    response: createResponseSchema(incidentsSummarySchema),
  }),
  incident: defineEndpoint('/incidents/{id}', 'read', {
    summary: 'One incident with all of its events, now or as of a moment',
    parameters: atParameters,
    response: createCoveredResponseSchema(incidentDetailSchema),
  }),
  assignees: defineEndpoint('/incidents/assignees', 'acknowledge', {
    summary: 'Possible assignees of incidents: users who may acknowledge, and names that were used in the last 90 days',
    response: createResponseSchema(assigneeSchema.array()),
  }),
  recipients: defineEndpoint('/incidents/recipients', 'acknowledge', {
    summary:
      'Channels to which users can send incidents: enabled, with a scope that is not wider than that of the caller',
    response: createResponseSchema(recipientSchema.array()),
  }),
  handover: defineEndpoint('/handover', 'read', {
    summary: 'Handover: incidents opened, closed, still open and acknowledged since a time, and gaps in polling',
    parameters: handoverParameters,
    response: createCoveredResponseSchema(handoverSchema),
  }),
  activity: defineEndpoint('/activity', 'read', {
    summary: 'Entries of the Activity Log about one circuit or gateway and its children, newest first',
    parameters: activityParameters,
    response: createCoveredResponseSchema(activityEntrySchema.array()),
  }),
  notes: defineEndpoint('/notes', 'read', {
    summary: 'Notes of users about moments and ranges that overlap the requested time, the latest first, at most 1,000',
    parameters: notesParameters,
    response: createResponseSchema(noteSchema.array()),
  }),
}

export type IncidentsEndpointResponse<Name extends keyof typeof endpoints> = z.input<
  (typeof endpoints)[Name]['response']
>

export const commands = {
  watch: defineCommand('post', '/watch', 'acknowledge', {
    summary:
      'Polls a circuit, gateway or connection faster for some minutes, so that bounds are narrower; 0 minutes end this',
    body: fasterPollingBodySchema,
    response: createResponseSchema(fasterPollingSchema),
    problems: [404],
  }),
  assignIncident: defineCommand('post', '/incidents/{id}/assign', 'acknowledge', {
    summary: 'Assigns an incident to a person or a team, or removes the assignment; a repeated request changes nothing',
    body: assignBodySchema,
    response: createResponseSchema(incidentDetailSchema),
    problems: [404],
  }),
  acknowledgeIncident: defineCommand('post', '/incidents/{id}/ack', 'acknowledge', {
    summary: 'Acknowledges an incident',
    body: acknowledgeBodySchema,
    response: createResponseSchema(incidentDetailSchema),
    problems: [404],
  }),
  snoozeIncident: defineCommand('post', '/incidents/{id}/snooze', 'acknowledge', {
    summary:
      'Mutes reminders and escalations of an incident for some minutes; the end of the incident is still notified. 0 minutes end the snooze',
    body: snoozeBodySchema,
    response: createResponseSchema(incidentDetailSchema),
    problems: [404],
  }),
  sendIncident: defineCommand('post', '/incidents/{id}/send', 'acknowledge', {
    summary:
      'Sends one message about an incident to a channel; a repeated request within a minute sends no second message',
    body: sendMessageBodySchema,
    response: createResponseSchema(notificationSchema),
    problems: [404, 409, 429],
  }),
  writeNote: defineCommand('post', '/notes', 'acknowledge', {
    summary: 'Saves a note about a moment or a range, for a resource, its session or prefix, or the whole estate',
    body: newNoteBodySchema,
    response: createResponseSchema(noteSchema),
    problems: [404],
  }),
  rewriteNote: defineCommand('put', '/notes/{id}', 'acknowledge', {
    summary: 'Changes the time and text of a note',
    body: noteRecordBodySchema,
    response: createResponseSchema(noteSchema),
    problems: [404],
  }),
  deleteNote: defineCommand('delete', '/notes/{id}', 'acknowledge', {
    summary: 'Deletes a note, and returns its former content',
    response: createResponseSchema(noteSchema),
    problems: [404],
  }),
}

export type IncidentsCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>

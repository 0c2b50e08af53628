import { formatAcceptedValues } from '#lib/contract/api/one-of.ts'
import {
  atMomentParameter,
  customerFilterParameter,
  isRangeForward,
  rangeForwardFault,
  resourceIdPathParameter,
  instantParameter,
  pagingQueryParameters,
  timeRangeParameters,
  stepParameter,
  createTextParameter,
} from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { causeOwners, eventKinds, severities } from '#lib/contract/index.ts'

/**
 * Returns a parser for several words of a closed list, separated by commas. The result is an array without duplicates.
 */
const someOf = <const Words extends readonly string[]>(words: Words) =>
  z.string().transform((value, context): Words[number][] => {
    const given = [...new Set(value.split(',').map((word) => word.trim()))]
    const known = words.filter((word) => given.includes(word))
    if (known.length === given.length) return known
    context.addIssue({ code: 'custom', message: `send ${formatAcceptedValues(words)}, or several with commas between` })
    return z.NEVER
  })

export const changesParameters = z
  .strictObject({
    scope: resourceIdPathParameter.optional(),
    customer: customerFilterParameter,
    type: createTextParameter('an ARM type such as Microsoft.Network/expressRouteCircuits')
      .regex(/^[^/]+\/[^/]/, 'send an ARM type such as Microsoft.Network/expressRouteCircuits')
      .describe('ARM type of the changed resource, any case')
      .optional(),
    ...timeRangeParameters,
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

/** Filters of events, for lists and for their summary. */
const whichEvents = {
  kind: someOf(eventKinds).describe('only these kinds, separated by commas').optional(),
  severity: someOf(severities).describe('only these severities, separated by commas').optional(),
  owner: someOf(causeOwners).describe('only events whose most likely cause has one of these owners').optional(),
  scope: resourceIdPathParameter.describe('a circuit or gateway, or `estate` for events about all of them').optional(),
  customer: customerFilterParameter,
}

export const eventsParameters = z
  .strictObject({
    ...whichEvents,
    partOf: createTextParameter("none, or an event's id")
      .describe('`none` = only events without a parent; an id = the children of that event')
      .optional(),
    incident: createTextParameter("an incident's id").describe('only events of this incident').optional(),
    text: createTextParameter('words to search for')
      .describe("text that the kind, the scope's name, the subject or the cause contains")
      .optional(),
    ...timeRangeParameters,
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export const eventsSummaryParameters = z
  .strictObject({
    ...whichEvents,
    partOf: createTextParameter('none').describe('`none` = only events without a parent').optional(),
    ...timeRangeParameters,
    step: stepParameter.optional(),
  })
  .refine(isRangeForward, rangeForwardFault)

export const incidentsParameters = z
  .strictObject({
    state: z.enum(['open', 'closed'], 'send open or closed').optional(),
    scope: resourceIdPathParameter
      .describe('only incidents with an event of this circuit or gateway, or of the whole `estate`')
      .optional(),
    customer: customerFilterParameter,
    subject: createTextParameter('the subject of an event')
      .describe('only incidents with an event about this subject, in the format of events: `10.0.4.12~10.0.4.4`')
      .optional(),
    severity: someOf(severities).describe('only these severities, separated by commas').optional(),
    owner: someOf(causeOwners)
      .describe('only incidents whose root event has one of these owners of the most likely cause')
      .optional(),
    kind: someOf(eventKinds).describe('only incidents with a root event of one of these kinds').optional(),
    acknowledged: z.enum(['yes', 'no'], 'send yes or no').optional(),
    assigned: z.enum(['yes', 'no'], 'send yes or no').optional(),
    assignee: createTextParameter('a name')
      .describe('only incidents that are assigned to this person or team')
      .optional(),
    at: atMomentParameter,
    from: instantParameter.describe('only incidents that ended after this time or are ongoing').optional(),
    to: instantParameter.describe('only incidents that began before this time').optional(),
    ...pagingQueryParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export const incidentsSummaryParameters = z
  .strictObject({
    scope: resourceIdPathParameter
      .describe('only incidents with an event of this circuit or gateway, or of the whole `estate`')
      .optional(),
    customer: customerFilterParameter,
    from: instantParameter.describe('start of the opening times; default: 30 days before `to`').optional(),
    to: instantParameter.describe('end of the opening times; default: now').optional(),
  })
  .refine(isRangeForward, rangeForwardFault)

export const handoverParameters = z.strictObject({
  since: instantParameter.describe('start of the shift; default: 12 hours before its end').optional(),
  at: atMomentParameter,
  customer: customerFilterParameter,
})

export const notesParameters = z
  .strictObject({
    scope: createTextParameter('ids of resources, with commas between')
      .transform((ids) => [...new Set(ids.split(','))])
      .describe('ids of resources separated by commas; notes about the whole estate are included')
      .optional(),
    customer: customerFilterParameter,
    ...timeRangeParameters,
  })
  .refine(isRangeForward, rangeForwardFault)

export const activityParameters = z
  .strictObject({ scope: resourceIdPathParameter, ...timeRangeParameters })
  .refine(isRangeForward, rangeForwardFault)

export type ChangesParameters = z.output<typeof changesParameters>

export type HandoverParameters = z.output<typeof handoverParameters>

export type NotesParameters = z.output<typeof notesParameters>

export type ActivityParameters = z.output<typeof activityParameters>

export type IncidentsParameters = z.output<typeof incidentsParameters>

export type IncidentsSummaryParameters = z.output<typeof incidentsSummaryParameters>

export type EventsSummaryParameters = z.output<typeof eventsSummaryParameters>

export type EventsParameters = z.output<typeof eventsParameters>

import { z } from 'zod'
import { severities } from '../event.ts'
import { bounds, instant } from './envelope.ts'
import { cause, event } from './events.ts'

export const acknowledgement = z.object({
  at: instant,
  by: z.string(),
  note: z.string().nullable(),
})

/** Events that began together, around the one that explains most of them. */
export const incident = z.object({
  id: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  severity: z.enum(severities),
  state: z.enum(['open', 'closed']),
  title: z.string().describe('the root event in words a machine can sort by: its kind and subject'),
  root: event.nullable().describe('the event that explains the others; null once retention has taken it'),
  cause: cause.nullable().describe("the root's best cause"),
  startedBetween: bounds,
  endedBetween: bounds.nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  acknowledged: acknowledgement.nullable(),
  events: z.number().int().describe('how many events, folded ones included'),
})
export type Incident = z.infer<typeof incident>

export const incidentDetail = incident.extend({
  timeline: z.array(event).describe('all of its events in the order in which they began'),
})
export type IncidentDetail = z.infer<typeof incidentDetail>

/** Body of an acknowledgement. */
export const acknowledgeBody = z.strictObject({
  note: z.string().trim().max(2_000).optional(),
})

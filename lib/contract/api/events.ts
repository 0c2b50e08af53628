import { z } from 'zod'
import { causeOwners, eventKinds, severities } from '../event.ts'
import { bounds, instant } from './envelope.ts'

export const evidenceItem = z.object({
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  sampledBefore: bounds.nullable(),
  sampledAfter: bounds.nullable(),
})

export const cause = z.object({
  class: z.string(),
  owner: z.enum(causeOwners),
  confidence: z.number().min(0).max(1),
  evidence: z.array(evidenceItem),
  nextStep: z.string(),
})

/** Something that happened, with the bounds in which it did. */
export const event = z.object({
  id: z.string(),
  kind: z.enum(eventKinds),
  severity: z.enum(severities),
  scope: z.string(),
  scopeName: z.string(),
  subject: z.string(),
  startedBetween: bounds,
  endedBetween: bounds.nullable(),
  duration: z.object({ atLeastSeconds: z.number(), atMostSeconds: z.number() }).nullable(),
  cause: cause.describe('the best candidate, or class `unknown_cause`'),
  causes: z.array(cause),
  evidence: z.array(evidenceItem),
  partOf: z.string().nullable(),
  incidentId: z.string().nullable(),
  detectedAt: instant,
})
export type Event = z.infer<typeof event>

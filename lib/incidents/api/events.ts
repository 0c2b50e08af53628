import { z } from 'zod'
import { bounds, causeOwners, confirmedAt, eventHead, instant, seconds, severities } from '#lib/contract/index.ts'
import { failoverDetail, forwardingLoss } from './failover.ts'

const evidenceItem = z.object({
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  sampledBefore: bounds.nullable(),
  sampledAfter: bounds.nullable(),
  /** number of prefixes in this piece of evidence; only for evidence about routes */
  prefixTotal: z.number().int().optional(),
})

export const cause = z.object({
  class: z.string(),
  owner: z.enum(causeOwners),
  ownerName: z
    .string()
    .optional()
    .describe("the provider's name where it owns the cause; absent = another does, or it is not known"),
  confidence: z.number().min(0).max(1),
  evidence: z.array(evidenceItem),
  nextStep: z.string(),
})

/** An event, with the earliest and latest possible time of its begin and end. */
export const event = z.object({
  id: z.string(),
  ...eventHead,
  scopeName: z.string(),
  subject: z.string(),
  startedBetween: bounds,
  endedBetween: bounds.nullable(),
  duration: seconds.nullable(),
  cause: cause.describe('the first of `causes`: the one that is named, or class `unknown_cause`'),
  causes: z.array(cause),
  evidence: z.array(evidenceItem),
  flags: z
    .array(z.string())
    .describe(
      'what else is known of it; `unconfirmed` = its kind needs more samples than there were; `unreadable` = part of what was kept of it is damaged',
    ),
  partOf: z.string().nullable(),
  parts: z.number().int().describe('how many events were folded into it'),
  incidentId: z.string().nullable(),
  count: z
    .int()
    .min(1)
    .describe('how often the same (kind, scope, subject) was raised in its incident; restarts, of a session_flapping'),
  lastSeenAt: instant.describe(
    'until when samples showed it: the last good poll of what proved it while it goes on, else the lower bound of its end',
  ),
  notObserved: z
    .array(z.object({ from: instant, to: instant }))
    .optional()
    .describe('times within it in which no poll would have seen it end; absent = not read'),
  confirmedAt: confirmedAt.optional(),
  failover: failoverDetail
    .nullable()
    .describe(
      'of a failover, a best_path_shift, or a switch between the instances of an active-standby VPN gateway: its moments and how long it took',
    ),
  forwardingLoss: forwardingLoss
    .nullable()
    .describe('of a session_down or path_down: when forwarding was lost ahead of it'),
  detectedAt: instant,
  settingsVersion: z.int().describe('version of the thresholds that it was first raised under; 0 = as shipped'),
})
export type Event = z.infer<typeof event>

const total = z.int().min(0)

/** Numbers of events in a range, by time step. */
export const eventsSummary = z.object({
  from: instant,
  to: instant,
  stepSeconds: z.number().positive(),
  steps: z
    .array(
      z.object({
        start: instant,
        counts: z.partialRecord(z.enum(severities), total),
        observed: z.boolean().describe('false = no poll of sessions succeeded in all of it, or it has not begun'),
      }),
    )
    .describe('every step, the oldest first; an event counts at the latest moment at which it may have begun'),
  flapping: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        subject: z.string().describe('both ends of the session, as events write it'),
        count: total.describe('losses that began in the range'),
        downSeconds: z
          .object({ atLeast: z.number().min(0), atMost: z.number().min(0) })
          .describe('of those that ended, together'),
        lastAt: instant.describe('when the last one began, at the latest'),
      }),
    )
    .describe('sessions by losses, the most first; the other filters than `scope` and the range do not apply'),
})
export type EventsSummary = z.infer<typeof eventsSummary>

import { z } from 'zod'
import {
  boundsCodec,
  causeOwners,
  confirmedAtSchema,
  eventHeadFields,
  instantCodec,
  secondsBoundsCodec,
  severities,
} from '#lib/contract/index.ts'
import { failoverDetailSchema, forwardingLossSchema } from './failover.ts'

const evidenceItem = z.object({
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  sampledBefore: boundsCodec.nullable(),
  sampledAfter: boundsCodec.nullable(),
  /** number of prefixes in this piece of evidence; only for evidence about routes */
  prefixTotal: z.number().int().optional(),
})

export const causeSchema = z.object({
  class: z.string(),
  owner: z.enum(causeOwners),
  ownerName: z
    .string()
    .optional()
    .describe(
      'name of the owner if it is more exact than `owner`: the provider, or for example `Peerwatch’s polling` if Azure throttles it; absent = no such name',
    ),
  confidence: z.number().min(0).max(1),
  evidence: z.array(evidenceItem),
  nextStep: z.string(),
})

/** An event, with the earliest and latest possible time of its begin and end. */
export const eventSchema = z.object({
  id: z.string(),
  ...eventHeadFields,
  scopeName: z.string(),
  subject: z.string(),
  startedBetween: boundsCodec,
  endedBetween: boundsCodec.nullable(),
  duration: secondsBoundsCodec.nullable(),
  cause: causeSchema.describe('the first of `causes`, or class `unknown_cause`'),
  causes: z.array(causeSchema),
  evidence: z.array(evidenceItem),
  flags: z
    .array(z.string())
    .describe(
      'further facts; `unconfirmed` = its kind needs more samples than there were; `unreadable` = a part of its stored data is damaged',
    ),
  partOf: z.string().nullable(),
  parts: z.number().int().describe('number of its child events'),
  incidentId: z.string().nullable(),
  count: z
    .int()
    .min(1)
    .describe(
      'number of times that the same (kind, scope, subject) was raised in its incident; for session_flapping, number of restarts',
    ),
  lastSeenAt: instantCodec.describe(
    'time until which samples showed it: the last good poll of its proof while it is ongoing, afterwards the lower bound of its end',
  ),
  notObserved: z
    .array(z.object({ from: instantCodec, to: instantCodec }))
    .optional()
    .describe('times within it in which no poll could have detected its end; absent = not loaded'),
  confirmedAt: confirmedAtSchema
    .optional()
    .describe(
      'time until which polls prove it while it is ongoing; null = it has ended, or it is not a loss and its polls are not late; absent = not loaded',
    ),
  failover: failoverDetailSchema
    .nullable()
    .describe(
      'for a failover, a best_path_shift, or a switch between the instances of an active-standby VPN gateway: its phases and their durations',
    ),
  forwardingLoss: forwardingLossSchema
    .nullable()
    .describe('for a session_down or path_down: bounds of the time at which forwarding was lost before it'),
  detectedAt: instantCodec,
  settingsVersion: z.int().describe('version of the thresholds under which it was first raised; 0 = defaults'),
})
export type DetectedNetworkEvent = z.infer<typeof eventSchema>

const total = z.int().min(0)

/** Numbers of events in a range, by time step. */
export const eventsSummarySchema = z.object({
  from: instantCodec,
  to: instantCodec,
  stepSeconds: z.number().positive(),
  steps: z
    .array(
      z.object({
        start: instantCodec,
        counts: z.partialRecord(z.enum(severities), total),
        observed: z.boolean().describe('false = no poll of sessions succeeded in the step, or it is in the future'),
      }),
    )
    .describe('every step, the oldest first; an event counts at the latest possible moment of its start'),
  flapping: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        subject: z.string().describe('both ends of the session, in the format of events'),
        count: total.describe('number of losses that began in the range'),
        downSeconds: z
          .object({ atLeast: z.number().min(0), atMost: z.number().min(0) })
          .describe('total duration of the losses that ended'),
        lastAt: instantCodec.describe('latest possible start of the last loss'),
      }),
    )
    .describe('sessions by number of losses, the most first; only `scope` and the range apply, and no other filter'),
})
export type EventsSummary = z.infer<typeof eventsSummarySchema>

import { z } from 'zod'
import {
  boundsCodec,
  causeOwners,
  channelKinds,
  confirmedAtSchema,
  sharedElementKinds,
  instantCodec,
  userActionTimes,
  notificationStates,
  severities,
} from '#lib/contract/index.ts'
import { causeSchema, eventSchema } from './events.ts'

/**
 * Whether the polls of the gateways' learned routes can show the prefixes that an incident lost:
 * - `read`: all tables were read since the incident began
 * - `not_read`: some tables were not read since then
 * - `not_polled`: routes are not polled
 * - `unknown`: the gateways of the incident are unknown, or retention deleted their tables of that time
 */
const routesSeen = ['read', 'not_read', 'not_polled', 'unknown'] as const
export type RoutesSeenState = (typeof routesSeen)[number]

/**
 * Whether byte counters show the traffic of an incident:
 * - `read`: they show it
 * - `not_read`: they were not read for long enough since the incident began
 * - `too_short`: they were read, but Azure's counters may be minutes old, and the incident has not lasted for long
 *   enough
 * - `not_polled`: counters are not polled
 * - `unknown`: another reason, for example a counter that fell, a gap, or no sample from before the begin
 */
const trafficSeen = ['read', 'not_read', 'too_short', 'not_polled', 'unknown'] as const
export type TrafficSeenState = (typeof trafficSeen)[number]

/**
 * Changes of traffic since an incident began, largest first:
 * - `stopped`: at most the rate of keepalives remains
 * - `fell`: at most half of the earlier rate
 * - `lower`: also at most half of the earlier rate, but so long after the start that the time of day may be the reason
 * - `goes_on`: about as before
 * - `little`: little traffic both before and since
 */
export const trafficChanges = ['stopped', 'fell', 'lower', 'goes_on', 'little'] as const
export type TrafficChange = (typeof trafficChanges)[number]

const acknowledgement = z.object({
  at: instantCodec,
  by: z.string(),
  note: z.string().nullable(),
})

const assignment = z.object({
  assignee: z.string().nullable().describe('null = not assigned from then on'),
  at: instantCodec,
  by: z.string(),
  note: z.string().nullable(),
})

const explanation = z.object({
  kind: z
    .enum(sharedElementKinds)
    .describe(
      "customer_side: equipment of customers and providers at a peering location, without Microsoft's equipment",
    ),
  name: z.string(),
  members: z.object({
    of: z.enum(['circuits', 'paths']),
    hit: z.number().int(),
    total: z
      .number()
      .int()
      .describe('number of resources known to depend on it; a resource without an event is not proven to be healthy'),
  }),
})

const prefixCount = z.object({
  atLeast: z.int().min(0),
  atMost: z.int().min(0).nullable().describe('null = unknown'),
})

const rateChange = z.object({
  before: z
    .number()
    .nullable()
    .describe('mean of the 15 minutes before its earliest possible start, bit/s; null = unknown'),
  since: z
    .number()
    .nullable()
    .describe('mean since the start, bit/s; while it is ongoing, mean of the last 15 minutes; null = unknown'),
  change: z
    .enum(trafficChanges)
    .nullable()
    .describe(
      'stopped = only keepalives remain; fell = at most half; lower = the same, but more than 2 hours after the start; little = less than 100 kbit/s before and since; null = unknown',
    ),
})

const impact = z
  .object({
    summary: z.string().describe('one line of text'),
    prefixesLost: prefixCount
      .nullable()
      .describe('prefixes without any path, also as routers report it before a poll of the tables; null = unknown'),
    prefixesRerouted: prefixCount
      .nullable()
      .describe('prefixes on other paths or on fewer paths than before; null = unknown'),
    prefixesCovered: prefixCount
      .nullable()
      .describe('withdrawn prefixes that a less specific prefix covers; null = unknown'),
    prefixesOnDefault: prefixCount
      .nullable()
      .describe(
        'withdrawn prefixes that only a default route or the Internet covers, also as routers report it; null = unknown',
      ),
    routes: z
      .enum(routesSeen)
      .describe(
        'whether the learned routes of its gateways were polled since it began; not_polled = no poll reads them; unknown = its gateways are unknown, or their tables of that time are deleted',
      ),
    unread: z.array(z.string()).describe('names of the gateways whose tables were not polled'),
    traffic: z
      .object({
        state: z
          .enum(trafficSeen)
          .describe(
            'whether counters show the traffic; not_read = not long enough since the start; too_short = they were read, but it has not lasted for long enough for Azure’s counters, which may be minutes old; not_polled = no poll reads them; unknown = a counter fell, polls failed, or there is no data from before',
          ),
        toAzure: rateChange,
        fromAzure: rateChange,
        notPolledSince: instantCodec
          .optional()
          .describe(
            'last counters, if they are not polled now and it is ongoing; absent = they are polled, or it is over',
          ),
      })
      .nullable()
      .describe(
        'traffic of all affected circuits together or, without any, of their VPN connections; null = it affects neither',
      ),
  })
  .describe('observed impact: the present impact while it is ongoing, the whole impact when it is over')

/** An incident: events that began together, grouped under the event that explains most of them. */
export const incidentSchema = z.object({
  id: z.string(),
  scope: z.string().describe('resource of its root event; of the event that opened it, if its root is not stored'),
  scopeName: z.string(),
  severity: z.enum(severities),
  state: z.enum(['open', 'closed']),
  phase: z
    .enum(['ongoing', 'recovered', 'closed'])
    .describe(
      '`recovered`: all events have ended; it stays open for 2 minutes in case the problem recurs. A flapping incident stays ongoing',
    ),
  title: z.string().describe('kind and subject of the root event, as text that can be sorted'),
  root: eventSchema.nullable().describe('event that explains the others; null after the retention period'),
  evidence: z
    .enum(['state', 'metric'])
    .describe(
      'evidence for the root event: `metric` = only metrics, to the minute, because Azure refuses to report the state; `state` when the state is available',
    ),
  cause: causeSchema.nullable().describe('most likely cause of the root event'),
  diagnosing: z
    .boolean()
    .describe('true = a poll that the cause depends on has not run since the start, so that no cause is given yet'),
  explainedBy: z
    .array(explanation)
    .describe(
      'possible common causes of its circuits that no sample excludes; several = more than one; empty = none is known',
    ),
  continuedBy: z
    .string()
    .nullable()
    .describe(
      'incident that contains the events of this incident, because later evidence showed that it was a part of it. This incident is then empty and closed; null = none',
    ),
  needsYou: z
    .object({
      when: z
        .enum(userActionTimes)
        .describe(
          'now = traffic is or may be cut off; today = a person must look at it, but not at night; nobody = every fact is known, and it has recovered or is covered by announced work with a spare path left',
        ),
      reason: z.string().describe('clause without a period'),
    })
    .describe('whether it needs a person, and why'),
  impact,
  startedBetween: boundsCodec,
  endedBetween: boundsCodec
    .nullable()
    .describe('bounds of the end of its last fault, even while flapping keeps it open'),
  flapping: z
    .object({ outages: z.int(), seconds: z.number() })
    .nullable()
    .describe('number of outages that began within a time, while it is flapping; null = it is not flapping'),
  outages: z
    .array(
      z.object({
        startedBetween: boundsCodec,
        endedBetween: boundsCodec.nullable().describe('null = ongoing'),
        certain: z
          .array(
            z.object({
              from: instantCodec,
              to: instantCodec.nullable().describe('null = until the last poll that could have detected its end'),
            }),
          )
          .describe('times of certain outage'),
      }),
    )
    .describe(
      'several outages with healthy time in between; the duration of the incident is the sum of their durations',
    ),
  openedAt: instantCodec,
  closedAt: instantCodec.nullable(),
  acknowledged: acknowledgement.nullable(),
  snoozed: z
    .object({ until: instantCodec, at: instantCodec, by: z.string() })
    .nullable()
    .describe('while it is open: time until which reminders and escalations are muted; null = not snoozed'),
  assigned: assignment.extend({ assignee: z.string() }).nullable().describe('assignee; null = not assigned'),
  unverifiedSince: instantCodec
    .nullable()
    .describe(
      'while it is open: time since which the polls behind its root event fail, so that its last proven state is not confirmed; null = it is confirmed',
    ),
  confirmedAt: confirmedAtSchema,
  delay: z
    .object({
      detectedWithinSeconds: z.number().describe('seconds from its earliest possible start to its record'),
      notifiedWithinSeconds: z
        .number()
        .describe('seconds from its record to the first notification, if a notification is due'),
    })
    .nullable()
    .describe(
      'while it is open: maximum delay of its detection and notification at the present intervals; null = its proof takes more than samples',
    ),
  events: z.number().int().describe('number of events, including child events'),
  recurrence: z
    .object({
      key: z.string().describe('kind and resource of its root event; incidents with the same key are repetitions'),
      count: z
        .int()
        .min(1)
        .describe('number of incidents with this key in the 24 h up to its opening, including itself'),
      openedAt: z.array(instantCodec).describe('opening times of the last 50 of these, the oldest first'),
    })
    .nullable()
    .describe('null after the retention period of its root event'),
  maintenance: z.boolean().describe('whether declared or announced maintenance explains all of it'),
})
export type Incident = z.infer<typeof incidentSchema>

export const incidentDetailSchema = incidentSchema.extend({
  hindrance: z
    .string()
    .nullable()
    .describe(
      'worst fact that hindered the move of the traffic, from the route tables before the incident; null = none is known, or the answer of a command',
    ),
  formerRoots: z
    .array(z.object({ eventId: z.string(), until: instantCodec }))
    .describe('former root events, which explained it until later evidence arrived, oldest first'),
  assignments: z.array(assignment).describe('changes of the assignee, oldest first'),
  sent: z
    .array(
      z.object({
        channelId: z.string(),
        channelName: z.string(),
        at: instantCodec,
        by: z.string(),
        note: z.string().nullable(),
        state: z.enum(notificationStates).nullable().describe('null = no longer in the log of notifications'),
        deliveredAt: instantCodec.nullable(),
      }),
    )
    .describe(
      'messages that users sent about it, oldest first; for a caller with a limited scope, only messages to channels of that scope',
    ),
  timeline: z.array(eventSchema).describe('all of its events in the order of their starts'),
})
export type IncidentDetail = z.infer<typeof incidentDetailSchema>

/** Body of an acknowledgement request. */
export const acknowledgeBodySchema = z.strictObject({
  note: z.string().trim().max(2_000).optional(),
})

/** Body of a snooze request. */
export const snoozeBodySchema = z.strictObject({
  minutes: z
    .int()
    .min(0)
    .max(7 * 24 * 60)
    .describe('minutes from now for which reminders and escalations are muted; 0 ends this'),
})

/** Name of a person or a team, on one line. */
const assigneeName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'a name is one line')

/** Body of an assignment request. */
export const assignBodySchema = z.strictObject({
  assignee: assigneeName.nullable().describe('new assignee, a user or any other name; null = none'),
  note: z.string().trim().max(2_000).optional(),
})

/** A suggested name for an assignment. Other names are also accepted. */
export const assigneeSchema = z.object({
  name: z.string(),
  isUser: z.boolean().describe('false = a name that was assigned recently but is not a user'),
})

/** Body of a request to send a message manually. */
export const sendMessageBodySchema = z.strictObject({
  channelId: z.string().trim().min(1).max(100),
  note: z.string().trim().max(2_000).optional().describe('text that is added to the message'),
})

/** A channel to which the caller may send incidents. Its address is not included. */
export const recipientSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  keepsOpen: z
    .boolean()
    .describe(
      'true = it keeps incidents open until it is notified of their end (PagerDuty, Alertmanager), so that users can only send it an open incident that was notified',
    ),
})
export type MessageRecipient = z.infer<typeof recipientSchema>

const count = z.int().min(0)

/** Numbers and durations of the incidents that were opened in a range. */
export const incidentsSummarySchema = z.object({
  from: instantCodec,
  to: instantCodec,
  opened: count,
  open: count.describe(
    'number of them that were ongoing at the end of the range, without recovered and planned incidents',
  ),
  acknowledged: count,
  secondsToAcknowledge: z
    .number()
    .min(0)
    .nullable()
    .describe('median time from the opening; null = none was acknowledged'),
  bySeverity: z.partialRecord(z.enum(severities), count),
  byOwner: z.partialRecord(z.enum(causeOwners), count).describe("by owner of the root event's most likely cause"),
  owners: z
    .array(
      z.object({
        owner: z.enum(causeOwners),
        name: z.string().nullable().describe('more exact name, as `ownerName` of a cause; null = no such name'),
        count,
      }),
    )
    .optional()
    .describe('by owner and name, most incidents first; absent in snapshots of older versions'),
  repair: z
    .object({
      incidents: count,
      outages: count,
      meanSeconds: z.object({ atLeast: z.number().min(0), atMost: z.number().min(0).nullable() }),
    })
    .nullable()
    .describe(
      'MTTR: mean duration of the outages that ended, without maintenance and failing polls. atMost is null if one of them began before monitoring; null = none ended',
    ),
  days: z
    .array(
      z.object({ day: z.string().describe('UTC, as 2026-11-20'), opened: z.partialRecord(z.enum(severities), count) }),
    )
    .describe('every day of the range; the first and the last may be partial'),
})
export type IncidentsSummary = z.infer<typeof incidentsSummarySchema>

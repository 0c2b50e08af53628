import { z } from 'zod'
import {
  bounds,
  causeOwners,
  channelKinds,
  confirmedAt,
  explainingKinds,
  instant,
  notificationStates,
  severities,
} from '#lib/contract/index.ts'
import { cause, event } from './events.ts'

/**
 * Whether the gateways' learned routes show the prefixes that an incident lost. `read`: all tables were read since it
 * began; `not_read`: some were not; `not_polled`: routes are not polled; `unknown`: the gateways of the incident are
 * unknown.
 */
const routesSeen = ['read', 'not_read', 'not_polled', 'unknown'] as const
export type RoutesSeen = (typeof routesSeen)[number]

/**
 * Whether byte counters show the traffic of an incident. `read`: they do; `not_read`: they were not read for long
 * enough since it began; `not_polled`: counters are not polled; `unknown`: another reason, for example a counter that
 * fell, a gap, or no sample from before the begin.
 */
const trafficSeen = ['read', 'not_read', 'not_polled', 'unknown'] as const
export type TrafficSeen = (typeof trafficSeen)[number]

/**
 * Changes of traffic since an incident began, largest first. `stopped`: no traffic any more; `fell`: at most half of
 * the earlier rate; `lower`: the same, but so long after the begin that the time of day may be the reason; `goes_on`:
 * about as before; `little`: little traffic both before and since.
 */
export const trafficChanges = ['stopped', 'fell', 'lower', 'goes_on', 'little'] as const
export type TrafficChange = (typeof trafficChanges)[number]

const acknowledgement = z.object({
  at: instant,
  by: z.string(),
  note: z.string().nullable(),
})

const assignment = z.object({
  assignee: z.string().nullable().describe('null = nobody from then on'),
  at: instant,
  by: z.string(),
  note: z.string().nullable(),
})

const explanation = z.object({
  kind: z
    .enum(explainingKinds)
    .describe("customer_side: the customers' and providers' equipment at a peering location, without Microsoft's"),
  name: z.string(),
  members: z.object({
    of: z.enum(['circuits', 'paths']),
    hit: z.number().int(),
    total: z
      .number()
      .int()
      .describe('those that are known to depend on it; the ones that were not hit are not proven healthy'),
  }),
})

const prefixCount = z.object({
  atLeast: z.int().min(0),
  atMost: z.int().min(0).nullable().describe('null = not counted'),
})

const rateChange = z.object({
  before: z
    .number()
    .nullable()
    .describe('bit/s, mean of the last 15 minutes before it may have begun; null = not known'),
  since: z
    .number()
    .nullable()
    .describe(
      'bit/s, while it lasts the mean of the last 15 minutes, once it is over that of all of it; null = not known',
    ),
  change: z
    .enum(trafficChanges)
    .nullable()
    .describe(
      'stopped = no more than keepalives; fell = at most half; lower = the same more than 2 hours after it began; little = less than 100 kbit/s before and since; null = not known',
    ),
})

const impact = z
  .object({
    summary: z.string().describe('in a line of words'),
    prefixesLost: prefixCount.nullable().describe('without any path; null = not known'),
    prefixesRerouted: prefixCount.nullable().describe('on other paths than before, or on fewer; null = not known'),
    prefixesCovered: prefixCount
      .nullable()
      .describe('withdrawn, and covered by a less specific prefix; null = not known'),
    prefixesOnDefault: prefixCount
      .nullable()
      .describe('withdrawn, and left to a default route or to the Internet; null = not known'),
    routes: z
      .enum(routesSeen)
      .describe(
        'whether the learned routes of its gateways were read since it began; not_polled = no poll reads them; unknown = its gateways are not known',
      ),
    unread: z.array(z.string()).describe('names of the gateways whose tables were not read'),
    traffic: z
      .object({
        state: z
          .enum(trafficSeen)
          .describe(
            'whether counters show it; not_read = not for long enough since it began; not_polled = no poll reads them; unknown = a counter fell, polls failed, or nothing is kept of the time before',
          ),
        toAzure: rateChange,
        fromAzure: rateChange,
      })
      .nullable()
      .describe(
        'what flows on all circuits that its events are about together, or, without any, on their VPN connections; null = they are about neither',
      ),
  })
  .describe(
    'what it affects, from what was observed only: while it lasts what goes on, once it is over all that happened in it',
  )

/** An incident: events that began together, grouped under the event that explains most of them. */
export const incident = z.object({
  id: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  severity: z.enum(severities),
  state: z.enum(['open', 'closed']),
  phase: z
    .enum(['ongoing', 'recovered', 'closed'])
    .describe(
      '`recovered`: nothing is lost any more; it stays open for 2 minutes in case it recurs. What is flapping goes on',
    ),
  title: z.string().describe('the root event in words a machine can sort by: its kind and subject'),
  root: event.nullable().describe('the event that explains the others; null once retention has taken it'),
  evidence: z
    .enum(['state', 'metric'])
    .describe(
      'what shows the root: `metric` = metrics alone, by the minute, because Azure refuses to report the state; `state` once it does',
    ),
  cause: cause.nullable().describe("the root's best cause"),
  diagnosing: z
    .boolean()
    .describe('a poll that its cause rests on is not newer than its start yet: no cause is named until then'),
  explainedBy: z
    .array(explanation)
    .describe(
      'what several of its circuits have in common and may have failed; several = no sample rules any of them out; empty = none is known',
    ),
  continuedBy: z
    .string()
    .nullable()
    .describe(
      'the incident that what it stood for turned out to be a part of: it was left empty and closed for that; null = none',
    ),
  impact,
  startedBetween: bounds,
  endedBetween: bounds.nullable().describe('of its last outage, also while flapping keeps it open'),
  flapping: z
    .object({ outages: z.int(), seconds: z.number() })
    .nullable()
    .describe('while it keeps falling: how many outages began within how long; null = it does not'),
  outages: z
    .array(
      z.object({
        startedBetween: bounds,
        endedBetween: bounds.nullable().describe('null = it goes on'),
        certain: z
          .array(
            z.object({
              from: instant,
              to: instant.nullable().describe('null = until the last poll that could say so'),
            }),
          )
          .describe('the times that are proven'),
      }),
    )
    .describe('what was lost, and healthy in between, is several: an incident lasted as long as they did together'),
  openedAt: instant,
  closedAt: instant.nullable(),
  acknowledged: acknowledgement.nullable(),
  snoozed: z
    .object({ until: instant, at: instant, by: z.string() })
    .nullable()
    .describe('while open: reminders and escalations are muted until then; null = they are not'),
  assigned: assignment.extend({ assignee: z.string() }).nullable().describe('who works on it; null = nobody'),
  unverifiedSince: instant
    .nullable()
    .describe(
      'while open: since when the polls behind its root fail, so that nobody confirms its last proven state any more',
    ),
  confirmedAt,
  delay: z
    .object({
      detectedWithinSeconds: z.number().describe('from its earliest begin to its record'),
      notifiedWithinSeconds: z.number().describe('from its record to the first notice, where one is due'),
    })
    .nullable()
    .describe(
      'while open: the longest delay of its root, of its notice at the intervals in force; null where its proof takes more than samples',
    ),
  events: z.number().int().describe('how many events, folded ones included'),
  recurrence: z
    .object({
      key: z.string().describe('names kind and resource of its root: incidents of one key repeat each other'),
      count: z.int().min(1).describe('incidents of this key in the 24 h up to its opening, itself among them'),
      openedAt: z.array(instant).describe('of the last 50 of these, the oldest first'),
    })
    .nullable()
    .describe('null once retention has taken its root'),
  maintenance: z.boolean().describe('all of it was expected of a maintenance window that was declared or announced'),
})
export type Incident = z.infer<typeof incident>

export const incidentDetail = incident.extend({
  formerRoots: z
    .array(z.object({ eventId: z.string(), until: instant }))
    .describe('events that were held to explain it before evidence that came later, oldest first'),
  assignments: z.array(assignment).describe('who was to work on it, oldest first'),
  sent: z
    .array(
      z.object({
        channelId: z.string(),
        channelName: z.string(),
        at: instant,
        by: z.string(),
        note: z.string().nullable(),
        state: z.enum(notificationStates).nullable().describe('null = no longer in the log of notifications'),
        deliveredAt: instant.nullable(),
      }),
    )
    .describe(
      'messages about it that somebody sent by hand, oldest first; of a caller with a scope those to its channels',
    ),
  timeline: z.array(event).describe('all of its events in the order in which they began'),
})
export type IncidentDetail = z.infer<typeof incidentDetail>

/** Body of an acknowledgement request. */
export const acknowledgeBody = z.strictObject({
  note: z.string().trim().max(2_000).optional(),
})

/** Body of a snooze request. */
export const snoozeBody = z.strictObject({
  minutes: z
    .int()
    .min(0)
    .max(7 * 24 * 60)
    .describe('how long reminders and escalations are muted from now on; 0 ends it'),
})

/** Name of a person or a team, on one line. */
const assigneeName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'a name is one line')

/** Body of an assignment request. */
export const assignBody = z.strictObject({
  assignee: assigneeName.nullable().describe('who works on it from now on, a user or any other name; null = nobody'),
  note: z.string().trim().max(2_000).optional(),
})

/** A suggested name for an assignment. Other names are also accepted. */
export const assignee = z.object({
  name: z.string(),
  isUser: z.boolean().describe('false = a name that was assigned lately, and is no user'),
})

/** Body of a request to send a message manually. */
export const sendBody = z.strictObject({
  channelId: z.string().trim().min(1).max(100),
  note: z.string().trim().max(2_000).optional().describe('stands in the message'),
})

/** A channel to which the caller may send incidents. Its address is not included. */
export const recipient = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  keepsOpen: z
    .boolean()
    .describe(
      'it keeps incidents open until it is sent their end (PagerDuty, Alertmanager): only an open incident that was notified can be sent to it',
    ),
})
export type Recipient = z.infer<typeof recipient>

const count = z.int().min(0)

/** Numbers and durations of the incidents that were opened in a range. */
export const incidentsSummary = z.object({
  from: instant,
  to: instant,
  opened: count,
  open: count.describe('those of them that were open at its end, without those that had recovered or were planned'),
  acknowledged: count,
  secondsToAcknowledge: z.number().min(0).nullable().describe('median from the opening; null = none was acknowledged'),
  bySeverity: z.partialRecord(z.enum(severities), count),
  byOwner: z.partialRecord(z.enum(causeOwners), count).describe('by the owner of the root’s best cause'),
  repair: z
    .object({
      incidents: count,
      outages: count,
      meanSeconds: z.object({ atLeast: z.number().min(0), atMost: z.number().min(0).nullable() }),
    })
    .nullable()
    .describe(
      'MTTR: mean length of their outages, where they ended, maintenance left out. atMost is null where one of them began before monitoring; null = none ended',
    ),
  days: z
    .array(
      z.object({ day: z.string().describe('UTC, as 2026-11-20'), opened: z.partialRecord(z.enum(severities), count) }),
    )
    .describe('every day of the range, the first and the last perhaps in part'),
})
export type IncidentsSummary = z.infer<typeof incidentsSummary>

import { z } from 'zod'
import {
  instantTextSchema,
  circuitPathFields,
  causeOwners,
  instantBoundsTextSchema,
  peeringTypes,
} from '#lib/contract/index.ts'
import { availabilityLayers } from '#lib/contract/up-share.ts'

const uptimeTypes = ['circuit', 'gateway', 'hub'] as const

const seconds = z.number().min(0)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })

/**
 * One or more consecutive days with the same uptime. Each number of seconds is for one of these days, and not for their
 * sum.
 */
const uptimeDays = z.object({
  from: z.string().describe('first of the days, UTC, as 2026-11-20'),
  days: z.int().min(1),
  seconds: seconds.describe('seconds of the day that have passed'),
  upSeconds: secondsBetween,
  downSeconds: secondsBetween.describe(
    'seconds down. Circuit: both paths were down; gateway: no expected session was up; hub of a Virtual WAN: Azure reported its router or its provisioning as failed; session: not established; link of a port: its line protocol was down',
  ),
  partDownSeconds: secondsBetween.describe(
    'seconds down or degraded. Degraded circuit: one path was down or forwarded no traffic; gateway: an instance had lost all its sessions, or a neighbor its session to every instance; link: its optical power was low. 0 for other types',
  ),
  unknownSeconds: seconds.describe('seconds in which no successful poll could have detected an outage'),
  plannedSeconds: seconds.describe(
    'seconds of a certain or possible outage during announced maintenance; link: seconds in which it was administratively disabled; session: 0',
  ),
  noForwardingSeconds: secondsBetween
    .optional()
    .describe('circuit: seconds in which no path of any peering forwarded traffic; absent = none known'),
  noRouteSeconds: secondsBetween
    .optional()
    .describe('circuit, gateway: seconds in which a prefix had at most a default route; absent = none known'),
})
export type UptimeOfEqualDays = z.infer<typeof uptimeDays>

const days = z
  .array(uptimeDays)
  .describe('oldest first; consecutive days with equal values are one entry; the last day is today')

const percent = z.number().min(0).max(100)

/**
 * A period, divided into the times up, down, indeterminate (either up or down), unknown and planned. The description of
 * each field with this type states the condition that counts as down, for example that there is no session, no
 * forwarding, or no route.
 */
export const availabilitySecondsSchema = z.object({
  seconds,
  upSeconds: secondsBetween,
  downSeconds: secondsBetween,
  indeterminateSeconds: seconds.describe('seconds in which it may have been up or down'),
  unknownSeconds: seconds.describe('seconds in which no successful poll could have detected a loss'),
  plannedSeconds: seconds.describe('seconds of a certain or possible loss during announced maintenance'),
  upPercent: z
    .object({ atLeast: percent, atMost: percent })
    .nullable()
    .describe('share of the observed time; null = not observed'),
})
export type SecondsByAvailabilityState = z.infer<typeof availabilitySecondsSchema>

export const ownerSecondsSchema = z
  .partialRecord(z.enum(causeOwners), seconds)
  .describe('certain and unplanned part of downSeconds, by responsible party')

const ownedSeconds = availabilitySecondsSchema.extend({ byOwner: ownerSecondsSchema })

/** Availability of the layers above sessions; null = no poll measures the layer. */
export const uptimeLayerFields = {
  forwarding: ownedSeconds
    .nullable()
    .describe(
      'down = no path of any peering forwards traffic, because sessions or ARP are down, or no bytes pass although sessions are up; null = no byte counters are polled',
    ),
  reachability: ownedSeconds
    .extend({ prefixes: z.int().min(0).describe('number of prefixes that had at most a default route') })
    .nullable()
    .describe('down = at least one prefix had at most a default route; null = no route table is polled'),
}

/** An unplanned loss. If several layers were lost, the loss is listed once, for the most basic of these layers. */
export const availabilityLossSchema = z.object({
  layer: z.enum(availabilityLayers),
  circuitName: z.string().describe('name of the circuit or gateway'),
  startedBetween: instantBoundsTextSchema,
  endedBetween: instantBoundsTextSchema.nullable().describe('null = ongoing at the end of the period'),
  downSeconds: secondsBetween,
  owner: z.enum(causeOwners),
  prefixes: z.array(z.string()).describe('prefixes that had at most a default route; at most 10'),
  prefixesOmitted: z.int().min(0),
  incidentId: z.string().nullable().describe('null = the loss belongs to no incident'),
})
export type AvailabilityLoss = z.infer<typeof availabilityLossSchema>

/** Uptime on each of the last days for a circuit, a gateway, or a Virtual WAN hub. */
export const uptimeSchema = z.object({
  id: z.string(),
  type: z.enum(uptimeTypes),
  days,
  ...uptimeLayerFields,
  peerings: z
    .array(z.object({ peering: z.enum(peeringTypes), session: availabilitySecondsSchema }))
    .describe(
      'circuit: peerings that were down while another peering was up, so that the sessions of the circuit do not count their loss; lowest availability first',
    ),
  losses: z.array(availabilityLossSchema).describe('the newest first; at most 20'),
})
export type ApiResourceUptime = z.infer<typeof uptimeSchema>

/**
 * Uptime of BGP sessions on each of the last days. Many sessions have the same uptime. Therefore each list of days
 * (`sequences`) is sent only once, and each session contains the index of its list.
 */
export const sessionUptimeSchema = z.object({
  sequences: z.array(days),
  sessions: z
    .array(
      z.object({
        scope: z.string(),
        ...circuitPathFields,
        localAddress: z.string(),
        neighbor: z.string(),
        sequence: z.int().min(0).describe('index of its days in `sequences`'),
      }),
    )
    .describe('sessions, identified by their ends as in `/sessions`'),
})
export type SessionUptime = z.infer<typeof sessionUptimeSchema>

/** Uptime on each of the last days for one link of an ExpressRoute Direct port. */
export const linkUptimeSchema = z.object({ id: z.string().describe('id of the port'), link: z.string(), days })

/** Traffic through a gateway in the last 24 hours, in equal steps of time. */
export const gatewayTrafficSchema = z.object({
  id: z.string(),
  from: instantTextSchema,
  stepSeconds: z.int(),
  bitsPerSecond: z
    .array(z.number().nullable())
    .describe('mean rates, sum of all instances and both directions, from Azure Monitor; null = not reported'),
})

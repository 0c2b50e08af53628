import { z } from 'zod'
import { instantTextSchema, circuitPathFields } from '#lib/contract/index.ts'

const uptimeTypes = ['circuit', 'gateway', 'hub'] as const

const seconds = z.number().min(0)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })

/** One or more consecutive days with equal uptime. All durations in seconds are for one of these days. */
const uptimeDays = z.object({
  from: z.string().describe('first of the days, UTC, as 2026-11-20'),
  days: z.int().min(1),
  seconds: seconds.describe('seconds of the day that have passed'),
  upSeconds: secondsBetween,
  downSeconds: secondsBetween.describe(
    'seconds down. Circuit: both paths were down; gateway: no expected session was up; hub of a Virtual WAN: Azure reported its router or its provisioning as failed; session: not established; link of a port: its line protocol was down',
  ),
  partDownSeconds: secondsBetween.describe(
    'seconds down or degraded. Degraded circuit: one path was down; gateway: an instance had lost all its sessions, or a neighbor its session to every instance; link: its optical power was low. 0 for other types',
  ),
  unknownSeconds: seconds.describe('seconds in which no successful poll could have detected an outage'),
  plannedSeconds: seconds.describe(
    'seconds of a certain or possible outage during announced maintenance; link: seconds in which it was administratively disabled; session: 0',
  ),
})
export type UptimeDays = z.infer<typeof uptimeDays>

const days = z
  .array(uptimeDays)
  .describe('oldest first; consecutive days with equal values are one entry; the last day is today')

/** Uptime on each of the last days for a circuit, a gateway, or a Virtual WAN hub. */
export const uptimeSchema = z.object({ id: z.string(), type: z.enum(uptimeTypes), days })
export type Uptime = z.infer<typeof uptimeSchema>

/**
 * Uptime of BGP sessions on each of the last days. Many sessions have equal uptime, so that each list of days
 * (`sequences`) is sent once, and sessions contain its index.
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

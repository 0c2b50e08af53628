import { z } from 'zod'
import { instantText, ofCircuit } from '#lib/contract/index.ts'

const uptimeTypes = ['circuit', 'gateway', 'hub'] as const

const seconds = z.number().min(0)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })

/** One or more consecutive days with equal uptime. All durations in seconds are for one of these days. */
const uptimeDays = z.object({
  from: z.string().describe('the first of them, UTC, as 2026-11-20'),
  days: z.int().min(1),
  seconds: seconds.describe('of the day that have passed'),
  upSeconds: secondsBetween,
  downSeconds: secondsBetween.describe(
    'of a circuit: both paths were down; of a gateway: no expected session was up; of a hub of a Virtual WAN: Azure reported its router or its provisioning as failed; of a session: not established; of a port’s link: its line protocol was down',
  ),
  partDownSeconds: secondsBetween.describe(
    'that, or of a circuit one path was down, of a gateway an instance had lost all its sessions, or a neighbor its session to every instance; of a link its light was low; of anything else 0',
  ),
  unknownSeconds: seconds.describe('no good poll would have seen an outage'),
  plannedSeconds: seconds.describe(
    'an outage, or what may be one, inside announced maintenance; of a link: somebody had disabled it; of a session 0',
  ),
})
export type UptimeDays = z.infer<typeof uptimeDays>

const days = z.array(uptimeDays).describe('the oldest first, neighbors that are alike together; the last one is today')

/** Uptime on each of the last days for a circuit, a gateway, or a Virtual WAN hub. */
export const uptime = z.object({ id: z.string(), type: z.enum(uptimeTypes), days })
export type Uptime = z.infer<typeof uptime>

/**
 * Uptime of BGP sessions on each of the last days. Many sessions have equal uptime, so that each list of days
 * (`sequences`) is sent once, and sessions contain its index.
 */
export const sessionUptime = z.object({
  sequences: z.array(days),
  sessions: z
    .array(
      z.object({
        scope: z.string(),
        ...ofCircuit,
        localAddress: z.string(),
        neighbor: z.string(),
        sequence: z.int().min(0).describe('place of its days in `sequences`'),
      }),
    )
    .describe('each by the ends that it has in `/sessions`'),
})
export type SessionUptime = z.infer<typeof sessionUptime>

/** Uptime on each of the last days for one link of an ExpressRoute Direct port. */
export const linkUptime = z.object({ id: z.string().describe('of the port'), link: z.string(), days })

/** Traffic through a gateway in the last 24 hours, in equal steps of time. */
export const gatewayTraffic = z.object({
  id: z.string(),
  from: instantText,
  stepSeconds: z.int(),
  bitsPerSecond: z
    .array(z.number().nullable())
    .describe('means over all instances together, both directions, by Azure Monitor; null = not reported'),
})

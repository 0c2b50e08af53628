import { z } from 'zod'
import { instant } from './envelope.ts'

export const uptimeTypes = ['circuit', 'gateway'] as const

const seconds = z.number().min(0)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })

/** Days in a row that were alike; all seconds are those of one of them. */
export const uptimeDays = z.object({
  from: z.string().describe('the first of them, UTC, as 2026-11-20'),
  days: z.int().min(1),
  seconds: seconds.describe('of the day that have passed'),
  upSeconds: secondsBetween,
  downSeconds: secondsBetween.describe('of a circuit: both paths were down; of a gateway: no expected session was up'),
  partDownSeconds: secondsBetween.describe(
    'that, or of a circuit one path was down, of a gateway an instance had lost all its sessions, or a neighbor its session to every instance',
  ),
  unknownSeconds: seconds.describe('no good poll would have seen an outage'),
  plannedSeconds: seconds.describe('an outage, or what may be one, inside announced maintenance'),
})
export type UptimeDays = z.infer<typeof uptimeDays>

/** The last days of a circuit or gateway. */
export const uptime = z.object({
  id: z.string(),
  type: z.enum(uptimeTypes),
  days: z.array(uptimeDays).describe('the oldest first, neighbors that are alike together; the last one is today'),
})
export type Uptime = z.infer<typeof uptime>

/** What passed a gateway in the last 24 hours. */
export const gatewayTraffic = z.object({
  id: z.string(),
  from: instant,
  stepSeconds: z.int(),
  bitsPerSecond: z
    .array(z.number().nullable())
    .describe('means over all instances together, both directions, by Azure Monitor; null = not reported'),
})
export type GatewayTraffic = z.infer<typeof gatewayTraffic>

import { z } from 'zod'
import { byteCount } from '#lib/contract/index.ts'

/**
 * Traffic of an ExpressRoute connection, of a circuit's Global Reach, or of a connection of a Virtual WAN gateway. The
 * values come from Azure Monitor, because ARM has no counters for them.
 */
export const connectionTraffic = z.object({
  bitsInPerSecond: z.number().nullable().describe('into Azure, bit/s, in the newest minute; null = nothing recent'),
  bitsOutPerSecond: z.number().nullable().describe('out of Azure, bit/s'),
  bytesIn: byteCount.describe('of this hour and the 23 before it, as far as they are covered'),
  bytesOut: byteCount,
  coveredSeconds: z.number().describe('how much of that time is known of'),
})
export type ConnectionTraffic = z.infer<typeof connectionTraffic>

export const connectionTrafficField = connectionTraffic
  .nullable()
  .optional()
  .describe(
    'of an ExpressRoute connection; null = nothing was measured, or another kind of connection; absent in lists',
  )

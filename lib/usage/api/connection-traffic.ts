import { z } from 'zod'
import { byteCountSchema } from '#lib/contract/index.ts'

/**
 * Traffic of an ExpressRoute connection, of a circuit's Global Reach, or of a connection of a Virtual WAN gateway. The
 * values come from Azure Monitor, because ARM has no counters for them.
 */
export const connectionTrafficSchema = z.object({
  bitsInPerSecond: z.number().nullable().describe('rate to Azure, bit/s, in the newest minute; null = no recent value'),
  bitsOutPerSecond: z.number().nullable().describe('rate from Azure, bit/s'),
  bytesIn: byteCountSchema.describe('bytes of this hour and the 23 hours before it, as far as they were measured'),
  bytesOut: byteCountSchema,
  coveredSeconds: z.number().describe('seconds of that time that were measured'),
})
export type ConnectionTraffic = z.infer<typeof connectionTrafficSchema>

export const connectionTrafficField = connectionTrafficSchema
  .nullable()
  .optional()
  .describe(
    'traffic of an ExpressRoute connection; null = not measured, or another kind of connection; absent in lists',
  )

import { z } from 'zod'
import { instant } from '#lib/contract/index.ts'
import { azureResource, configSetting } from '#lib/contract/api/azure-resource.ts'
import { portFacts, portLinkFacts } from '#lib/contract/api/shared-facts.ts'

const light = z
  .object({
    dbm: z.number().describe('dBm; of the weakest lane'),
    lane: z.string().nullable(),
    at: instant.describe('begin of the minute'),
    isLow: z.boolean().describe('below the least at which a link is healthy'),
  })
  .nullable()
  .describe('null = Azure Monitor reported nothing lately')

/** One of the two links of an ExpressRoute Direct port. */
const portLink = z.object({
  ...portLinkFacts.shape,
  lineProtocol: z
    .enum(['up', 'down', 'unknown'])
    .describe('of the link with its LACP, by Azure Monitor; unknown = not reported lately'),
  state: z.enum(['up', 'degraded', 'down', 'disabled', 'unknown']),
  rx: light,
  tx: light,
  bitsInPerSecond: z.number().nullable(),
  bitsOutPerSecond: z.number().nullable(),
  macsec: z
    .object({ cipher: z.string().nullable(), sci: z.string().nullable() })
    .nullable()
    .describe('null = no keys are set: nothing is encrypted'),
})
export type PortLink = z.infer<typeof portLink>

/** An ExpressRoute Direct port: two links, and the circuits on them. */
export const port = z.object({
  ...azureResource,
  ...portFacts.shape,
  lightLimits: z.object({ least: z.number(), most: z.number() }).describe('dBm between which a link is healthy'),
  links: z.array(portLink),
  settings: z.array(configSetting).describe('what Azure states of it besides, for people to read'),
  circuits: z.array(
    z.object({
      id: z.string().nullable().describe('null = in a subscription that Peerwatch does not see'),
      name: z.string(),
      bandwidthMbps: z.number().nullable(),
    }),
  ),
})
export type Port = z.infer<typeof port>

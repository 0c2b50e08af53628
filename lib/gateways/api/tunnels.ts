import { z } from 'zod'
import { boundsCodec } from '#lib/contract/api/codecs.ts'
import { byteCountSchema } from '#lib/contract/api/codecs.ts'

/** An IPsec tunnel of a VPN connection. Its state is not a BGP state; BGP sessions over it are in `/sessions`. */
export const tunnelSchema = z.object({
  name: z.string().describe('name in ARM; tunnels with the same name are numbered: `name (2)`'),
  remote: z.string().nullable().describe('public address of the remote device'),
  state: z.enum(['up', 'down', 'unknown']),
  azureStatus: z.string().nullable().describe("state in Azure's own words"),
  since: boundsCodec.nullable().describe('bounds of the time at which it got this state'),
  bytesIn: byteCountSchema
    .nullable()
    .describe('bytes to Azure at the last poll; the counter starts from zero with the tunnel'),
  bytesOut: byteCountSchema.nullable(),
})
export type IpsecTunnel = z.infer<typeof tunnelSchema>

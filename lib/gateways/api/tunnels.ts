import { z } from 'zod'
import { bounds } from '#lib/contract/api/codecs.ts'
import { byteCount } from '#lib/contract/api/codecs.ts'

/** An IPsec tunnel of a VPN connection. Its state is not a BGP state; BGP sessions over it are in `/sessions`. */
export const tunnel = z.object({
  name: z.string().describe('as ARM names it; tunnels of one name are counted: `name (2)`'),
  remote: z.string().nullable().describe('public address of the far end'),
  state: z.enum(['up', 'down', 'unknown']),
  azureStatus: z.string().nullable().describe('Azure’s own word'),
  since: bounds.nullable().describe('within which it got this state'),
  bytesIn: byteCount.nullable().describe('into Azure, as last read; the counter starts from zero with the tunnel'),
  bytesOut: byteCount.nullable(),
})
export type Tunnel = z.infer<typeof tunnel>

import { z } from 'zod'

export const networkKinds = ['vnet', 'hub'] as const

/** One side of a peering of two virtual networks, as this side is configured. */
export const networkPeering = z.object({
  name: z.string(),
  remoteId: z
    .string()
    .nullable()
    .describe(
      'the other network, or the Virtual WAN hub, which is known by its name; null where Peerwatch does not see it',
    ),
  remoteName: z.string(),
  state: z.string().nullable().describe("ARM's word: Connected, Initiated or Disconnected"),
  allowGatewayTransit: z.boolean().nullable().describe('lets the other side use the gateways of this one'),
  useRemoteGateways: z.boolean().nullable().describe('reaches on-premises by the gateways of the other side'),
})
export type NetworkPeering = z.infer<typeof networkPeering>

/** A virtual network, or the hub of a Virtual WAN. */
export const network = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  kind: z.enum(networkKinds),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  location: z.string().nullable(),
  addressPrefixes: z.array(z.string()),
  gatewayIds: z.array(z.string()).describe('the gateways that stand in it'),
  peerings: z.array(networkPeering),
})
export type Network = z.infer<typeof network>

import { z } from 'zod'

/** Configuration of one of the two sides of a virtual network peering; null if ARM does not report the value. */
const peeringSide = {
  name: z.string(),
  state: z.string().nullable().describe("ARM's word: Connected, Initiated or Disconnected"),
  syncLevel: z
    .string()
    .nullable()
    .describe("ARM's word: FullyInSync, RemoteNotInSync, LocalNotInSync or LocalAndRemoteNotInSync"),
  allowGatewayTransit: z.boolean().nullable().describe('lets the other side use the gateways of this one'),
  useRemoteGateways: z.boolean().nullable().describe('reaches on-premises by the gateways of the other side'),
  allowForwardedTraffic: z
    .boolean()
    .nullable()
    .describe('accepts what the other side forwards and did not send itself, such as from an appliance'),
  allowVirtualNetworkAccess: z.boolean().nullable().describe('false = the two networks may not reach each other'),
}

/**
 * Knowledge about the other side of a virtual network peering. `seen`: the other network is polled and has the matching
 * peering. `none`: it is polled, but has no peering with this network. `not_read`: its subscription is not read. `hub`:
 * the other side is a Virtual WAN hub, whose network belongs to Microsoft.
 */
export const otherSides = ['seen', 'none', 'not_read', 'hub'] as const

/**
 * One side of a peering between two virtual networks, together with the other side (`back`) if that network is polled.
 */
export const networkPeering = z.object({
  ...peeringSide,
  remoteId: z
    .string()
    .nullable()
    .describe(
      'the other network, or the Virtual WAN hub, which is known by its name; null where Peerwatch does not see it',
    ),
  remoteName: z.string(),
  remotePrefixes: z.array(z.string()).describe('address space of the other network that this side has routes for'),
  subnets: z
    .object({ local: z.array(z.string()), remote: z.array(z.string()) })
    .nullable()
    .describe('subnet peering: the only subnets of both sides that reach each other; null = the whole networks do'),
  otherSide: z
    .enum(otherSides)
    .describe(
      'not_read: its subscription is not read; hub: Microsoft holds that side; none: it is read and has no peering with this network',
    ),
  back: z.object(peeringSide).nullable().describe('the other side of the same peering; null unless it is seen'),
})
export type NetworkPeering = z.infer<typeof networkPeering>

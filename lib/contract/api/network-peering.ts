import { z } from 'zod'

/** Configuration of one of the two sides of a virtual network peering; null if ARM does not report the value. */
const peeringSide = {
  name: z.string(),
  state: z.string().nullable().describe('ARM value: Connected, Initiated or Disconnected'),
  syncLevel: z
    .string()
    .nullable()
    .describe('ARM value: FullyInSync, RemoteNotInSync, LocalNotInSync or LocalAndRemoteNotInSync'),
  allowGatewayTransit: z.boolean().nullable().describe('whether the other side may use the gateways of this side'),
  useRemoteGateways: z
    .boolean()
    .nullable()
    .describe('whether this side reaches on-premises through the gateways of the other side'),
  allowForwardedTraffic: z
    .boolean()
    .nullable()
    .describe(
      'whether this side accepts traffic that the other side forwards but did not originate, for example from an appliance',
    ),
  allowVirtualNetworkAccess: z.boolean().nullable().describe('false = the two networks may not reach each other'),
}

/**
 * State of the other side of a virtual network peering. `seen`: the other network is polled and has the matching
 * peering. `none`: it is polled, but has no peering with this network. `not_read`: its subscription is not read. `hub`:
 * the other side is a Virtual WAN hub, whose network belongs to Microsoft.
 */
export const otherPeeringSideStates = ['seen', 'none', 'not_read', 'hub'] as const

/**
 * One side of a peering between two virtual networks, together with the other side (`back`) if that network is polled.
 */
export const networkPeeringSchema = z.object({
  ...peeringSide,
  remoteId: z
    .string()
    .nullable()
    .describe(
      'the other network, or the Virtual WAN hub, which is identified by its name; null = Peerwatch does not see it',
    ),
  remoteName: z.string(),
  remotePrefixes: z.array(z.string()).describe('address space of the other network to which this side has routes'),
  subnets: z
    .object({ local: z.array(z.string()), remote: z.array(z.string()) })
    .nullable()
    .describe(
      'for subnet peering: the only subnets of both sides that reach each other; null = the whole networks are peered',
    ),
  otherSide: z
    .enum(otherPeeringSideStates)
    .describe(
      'not_read: its subscription is not polled; hub: Microsoft operates that side; none: it is polled and has no peering with this network',
    ),
  back: z.object(peeringSide).nullable().describe('other side of the same peering; null = Peerwatch does not see it'),
})
export type NetworkPeering = z.infer<typeof networkPeeringSchema>

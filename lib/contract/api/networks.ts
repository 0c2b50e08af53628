import { z } from 'zod'
import { azureResource } from './azure-resource.ts'
import { instant } from './envelope.ts'

export const networkKinds = ['vnet', 'hub'] as const

/** How one side of a peering is configured; null wherever ARM states nothing. */
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

/** Why the other side of a peering is shown or not. `none`: the other network is read and has no peering with this one. */
export const otherSides = ['seen', 'none', 'not_read', 'hub'] as const

/** One side of a peering of two virtual networks, as this side is configured, and as the other one is where that is read. */
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
  otherSide: z
    .enum(otherSides)
    .describe(
      'not_read: its subscription is not read; hub: Microsoft holds that side; none: it is read and has no peering with this network',
    ),
  back: z.object(peeringSide).nullable().describe('the other side of the same peering; null unless it is seen'),
})
export type NetworkPeering = z.infer<typeof networkPeering>

export const networkFindingKinds = [
  'disconnected',
  'one_sided',
  'out_of_sync',
  'no_access',
  'no_transit',
  'own_gateway',
  'overlap',
] as const

/** Something about a network's configuration that keeps traffic from arriving, or may. A finding is no event. */
export const networkFinding = z.object({
  kind: z.enum(networkFindingKinds),
  severity: z.enum(['warning', 'info']),
  peering: z.string().nullable().describe('name of the peering that it is about; null = the network itself'),
  text: z.string(),
  source: z.string().describe('address of the documentation that it rests on'),
})
export type NetworkFinding = z.infer<typeof networkFinding>

/** A network interface that operators chose, whose effective routes are polled; they are the table `effective` of `/routes`. */
export const networkInterface = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  machine: z.string().nullable().describe('the virtual machine that it is attached to; null = none'),
  subnet: z.string().nullable(),
  addresses: z.array(z.string()),
  prefixes: z.int().nullable().describe('in its table as it was read last; null = never read'),
  state: z
    .enum(['current', 'late', 'unknown'])
    .describe('of the table; unknown: never read, or not lately, with the reason'),
  reason: z.string().nullable(),
  readAt: instant.nullable().describe('end of the last good poll'),
})
export type NetworkInterface = z.infer<typeof networkInterface>

/** A virtual network, or the hub of a Virtual WAN. */
export const network = z.object({
  ...azureResource,
  kind: z.enum(networkKinds),
  addressPrefixes: z.array(z.string()),
  gatewayIds: z.array(z.string()).describe('the gateways that stand in it'),
  gatewayPrefixes: z.array(z.string()).describe('of its GatewaySubnet and RouteServerSubnet; of a hub, its own space'),
  peerings: z.array(networkPeering),
  findings: z.array(networkFinding),
  interfaces: z.array(networkInterface).describe('the chosen network interfaces in it'),
})
export type Network = z.infer<typeof network>

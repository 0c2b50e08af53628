import { z } from 'zod'
import { instant, networkPeering } from '#lib/contract/index.ts'
import { azureResource } from '#lib/contract/api/azure-resource.ts'

const networkKinds = ['vnet', 'hub'] as const

const networkFindingKinds = [
  'disconnected',
  'one_sided',
  'out_of_sync',
  'no_access',
  'no_transit',
  'own_gateway',
  'overlap',
] as const

/**
 * A fault in the configuration of a network that blocks traffic, or may block it. It is recomputed on each request and
 * not stored as an event.
 */
export const networkFinding = z.object({
  kind: z.enum(networkFindingKinds),
  severity: z.enum(['warning', 'info']),
  peering: z.string().nullable().describe('name of the peering that it is about; null = the network itself'),
  text: z.string(),
  source: z.string().describe('address of the documentation that it rests on'),
})
export type NetworkFinding = z.infer<typeof networkFinding>

/**
 * A network interface whose effective routes operators chose to poll. The API path `/routes` returns these routes as
 * the table `effective`.
 */
const networkInterface = z.object({
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

/** A virtual network or a Virtual WAN hub. */
export const network = z.object({
  ...azureResource,
  kind: z.enum(networkKinds),
  addressPrefixes: z.array(z.string()),
  advertisedPrefixes: z
    .array(z.string())
    .describe(
      'advertised gateway prefixes: what its gateways announce in place of its space, and of spokes that they cover; empty = each space by itself',
    ),
  encryption: z
    .string()
    .nullable()
    .describe(
      "between its virtual machines, ARM's word: AllowUnencrypted or DropUnencrypted; null = off, or not stated",
    ),
  gatewayIds: z.array(z.string()).describe('the gateways that stand in it'),
  gatewayPrefixes: z.array(z.string()).describe('of its GatewaySubnet and RouteServerSubnet; of a hub, its own space'),
  peerings: z.array(networkPeering),
  connectedGroups: z
    .array(z.object({ key: z.string(), name: z.string(), isGlobal: z.boolean() }))
    .nullable()
    .default(null)
    .describe(
      'of Virtual Network Manager: networks in one reach each other without a peering, those of one region unless it is global; null = not read',
    ),
  findings: z.array(networkFinding),
  interfaces: z.array(networkInterface).describe('the chosen network interfaces in it'),
})
export type Network = z.infer<typeof network>
export type StoredNetwork = z.input<typeof network>

import { z } from 'zod'
import { instantCodec, networkPeeringSchema } from '#lib/contract/index.ts'
import { azureResourceFields } from '#lib/contract/api/azure-resource.ts'

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
 * A fault in the configuration of a network that certainly or possibly blocks traffic. It is computed for each request
 * and is not stored as an event.
 */
export const networkFindingSchema = z.object({
  kind: z.enum(networkFindingKinds),
  severity: z.enum(['warning', 'info']),
  peering: z.string().nullable().describe('name of the peering that the finding is about; null = the network itself'),
  text: z.string(),
  source: z.string().describe('URL of the documentation of the rule'),
})
export type NetworkConfigurationFinding = z.infer<typeof networkFindingSchema>

/**
 * A network interface whose effective routes operators chose to poll. The API path `/routes` returns these routes as
 * the table `effective`.
 */
const networkInterface = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  machine: z.string().nullable().describe('virtual machine to which it is attached; null = none'),
  subnet: z.string().nullable(),
  addresses: z.array(z.string()),
  prefixes: z.int().nullable().describe('number of prefixes in its table at the last poll; null = never polled'),
  state: z
    .enum(['current', 'late', 'unknown'])
    .describe('state of the table; unknown: never polled, or not recently, with the reason'),
  reason: z.string().nullable(),
  readAt: instantCodec.nullable().describe('end of the last good poll'),
})
export type NetworkInterface = z.infer<typeof networkInterface>

/** A virtual network or a Virtual WAN hub. */
export const networkSchema = z.object({
  ...azureResourceFields,
  kind: z.enum(networkKinds),
  addressPrefixes: z.array(z.string()),
  advertisedPrefixes: z
    .array(z.string())
    .describe(
      'advertised gateway prefixes, which its gateways announce instead of its address space and of the peered networks that they cover; empty = each address space is announced separately',
    ),
  encryption: z
    .string()
    .nullable()
    .describe(
      'encryption between its virtual machines, ARM value: AllowUnencrypted or DropUnencrypted; null = off, or not reported',
    ),
  gatewayIds: z.array(z.string()).describe('ids of its gateways'),
  gatewayPrefixes: z
    .array(z.string())
    .describe('prefixes of its GatewaySubnet and RouteServerSubnet; for a hub, its own address space'),
  peerings: z.array(networkPeeringSchema),
  connectedGroups: z
    .array(z.object({ key: z.string(), name: z.string(), isGlobal: z.boolean() }))
    .nullable()
    .default(null)
    .describe(
      'connected groups of Virtual Network Manager: networks in the same group reach each other without a peering, within a region unless the group is global; null = not polled',
    ),
  findings: z.array(networkFindingSchema),
  interfaces: z.array(networkInterface).describe('network interfaces in it that users chose for polling'),
})
export type Network = z.infer<typeof networkSchema>
export type NetworkToEncode = z.input<typeof networkSchema>

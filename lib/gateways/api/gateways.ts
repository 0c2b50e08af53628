import { z } from 'zod'
import {
  boundsCodec,
  byteCountSchema,
  instantCodec,
  limitUseSchema,
  resiliencyLevels,
  createLastKnownSchema,
  unconfirmedSinceSchema,
} from '#lib/contract/index.ts'
import { tunnelSchema } from './tunnels.ts'
import { causeOwners } from '#lib/contract/events/cause.ts'
import {
  azureResourceFields,
  movedFromSchema,
  provisioningFields,
  settingsField,
} from '#lib/contract/api/azure-resource.ts'
import {
  connectionDetailsSchema,
  impairmentSchema,
  ipsecDetailsSchema,
  ipsecPolicySchema,
} from '#lib/contract/api/shared-facts.ts'
import { connectionTrafficField } from '#lib/usage/api/connection-traffic.ts'
import { hubPeerDetailsSchema, routingPreferences, userVpnSchema } from './hubs.ts'
import { fastPathSchema } from '#lib/circuits/api/fast-path.ts'
import { gatewayKinds, gatewaySkuSchema } from '#lib/contract/resources/gateway.ts'

export const gatewayStates = [
  'healthy',
  'instance_lost',
  'peer_lost',
  'partial',
  'no_prefixes',
  'isolated',
  'changing',
  'not_offered',
  'not_reported',
  'no_peers',
  'unknown',
] as const

const lastKnownCounts = z
  .object({ up: z.int(), expected: z.int() })
  .optional()
  .describe('numbers that the last successful polls showed; absent = recent polls show them, or none ever did')

/** The device at the other end of a VPN connection. In Azure, it is a local network gateway. */
const remoteDevice = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string().nullable().describe('public address or name'),
  asn: z.number().nullable().describe('null = without BGP'),
  asnReservedBy: z.string().nullable().describe('organization that reserves the ASN; null = a device may use it'),
  bgpAddress: z.string().nullable().describe('169.254.0.0/16 = APIPA'),
  prefixes: z.array(z.string()).describe('prefixes with a static route to the device'),
})
export type RemoteDevice = z.infer<typeof remoteDevice>

const ipsec = z.object({
  ...ipsecDetailsSchema.shape,
  policies: z.array(ipsecPolicySchema).describe("configured policies; empty = Azure's default"),
})

const connection = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  type: z.string().nullable(),
  status: z.string().nullable(),
  notPolledSince: instantCodec
    .optional()
    .describe('last good poll of status and tunnels, if they are not polled now; absent = they are polled'),
  ...provisioningFields,
  ...connectionDetailsSchema.shape,
  fastPathDetails: fastPathSchema
    .optional()
    .describe(
      'for an ExpressRoute connection: traffic that FastPath carries, and settings that prevent it; absent in lists',
    ),
  circuitId: z.string().nullable(),
  circuitName: z.string().nullable(),
  bytesIn: byteCountSchema
    .nullable()
    .describe(
      'ingressBytesTransferred at the last poll; null for ExpressRoute, for which ARM counts nothing: see traffic',
    ),
  bytesOut: byteCountSchema.nullable().describe('egressBytesTransferred at the last poll'),
  traffic: connectionTrafficField,
  since: boundsCodec.nullable().describe('bounds of the time at which it got this status; null = not polled yet'),
  bgp: z
    .boolean()
    .nullable()
    .describe('for a VPN connection: whether it uses BGP; without BGP, only the tunnels show that it is down'),
  tunnels: z.array(tunnelSchema).describe('for a VPN connection; empty = Azure reports none'),
  device: remoteDevice.nullable().describe('for a VPN connection; null = not listed, or another kind of connection'),
  gatewayBgpAddresses: z
    .array(z.string())
    .describe('BGP addresses of the gateway on this connection, if they replace its own'),
  ipsec: ipsec.nullable().describe('for a VPN connection'),
})
export type GatewayConnection = z.infer<typeof connection>

/** A user-defined route. It has priority over a BGP route with the same prefix. */
const userRoute = z.object({
  name: z.string(),
  prefix: z.string(),
  nextHopType: z
    .string()
    .nullable()
    .describe('ARM value: VirtualAppliance, VirtualApplianceEcmp, VirtualNetworkGateway, VnetLocal, Internet or None'),
  nextHop: z.string().nullable().describe('address of the appliance; the first of `nextHops`'),
  nextHops: z.array(z.string()).describe('addresses of all appliances that share the traffic (ECMP)'),
})

/**
 * The route table of the GatewaySubnet. Its user-defined routes apply to traffic that enters the gateway from
 * on-premises.
 */
const gatewayRouteTable = z.object({
  name: z.string(),
  resourceId: z.string(),
  propagatesBgp: z.boolean().nullable().describe('false: not supported by Azure on a GatewaySubnet'),
  routes: z.array(userRoute).nullable().describe('null = the table was not polled'),
  unapplied: z
    .string()
    .nullable()
    .describe('reason why the effect of the table is uncertain; null = it has effect, or was not polled'),
})
export type GatewayRouteTable = z.infer<typeof gatewayRouteTable>

export const loadMetricNames = ['cpu', 'flows', 'bits', 'packets'] as const

/** Load metrics for which Azure Monitor reports only the maximum of every 5 minutes. */
export const peakMetricNames = ['machines', 'flowsCreated'] as const

/** Current value of one load metric of a gateway, with the limit that the gateway's SKU has for this metric. */
const gatewayLoad = z.object({
  name: z.enum([...loadMetricNames, ...peakMetricNames]),
  value: z
    .number()
    .describe(
      'CPU in per cent of the busiest instance; sum of all instances for current flows, bit/s and packets per second; maximum for machines in its networks and new flows per second (whose limit is not documented)',
    ),
  limit: z.number().nullable().describe('limit of the SKU in the same unit; null = unknown'),
  share: z.number().nullable().describe('value / limit'),
  at: instantCodec.describe('start of the oldest 5 minutes on which it is based'),
  limitAtMost: z
    .number()
    .nullable()
    .optional()
    .describe('for a scalable gateway: limit at its maximum number of scale units'),
})
export type GatewayLoad = z.infer<typeof gatewayLoad>

/** A gateway's load over time. An interval without samples in Azure Monitor has no point. */
export const gatewayLoadSeriesSchema = z.object({
  from: instantCodec,
  to: instantCodec,
  keptFrom: instantCodec.describe('start of the stored samples (RETAIN_RAW), if it is later than from'),
  stepSeconds: z.number().int().describe('length of a step in seconds; Azure Monitor reports every 300 s'),
  metrics: z.array(
    z.object({
      name: z.enum(loadMetricNames),
      limit: z.number().nullable().describe('present limit of the SKU in the unit of the points; null = unknown'),
      points: z.array(
        z.object({
          start: instantCodec,
          average: z
            .number()
            .describe(
              'mean of the step: CPU in per cent of the busiest instance, otherwise the sum of all instances (flows, bit/s, packets per second)',
            ),
          peak: z
            .number()
            .nullable()
            .describe(
              'upper bound of every moment: maximum of the busiest instance, or sum of the maxima of all instances',
            ),
          instances: z.number().int().describe('minimum number of instances that reported in the step'),
        }),
      ),
    }),
  ),
})
export type GatewayLoadSeries = z.infer<typeof gatewayLoadSeriesSchema>

/** A BGP peer of a Route Server, usually a network appliance. Its tables are in `/routes` with its ID as scope. */
const routeServerPeer = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  ...hubPeerDetailsSchema.shape,
  share: z.number().nullable().describe('learned routes / limits.routesPerPeer, for the instance with the most routes'),
})
export type RouteServerPeer = z.infer<typeof routeServerPeer>

const routeServer = z.object({
  branchToBranch: z
    .boolean()
    .nullable()
    .describe('whether routes of gateways and peers are announced to the others; null = not reported'),
  routingPreference: z.enum(routingPreferences),
  limits: z.object({ peers: z.number().int(), routesPerPeer: z.number().int() }),
  peers: z.array(routeServerPeer),
})
export type RouteServer = z.infer<typeof routeServer>

/** A migration in which an ExpressRoute gateway replaces another in the same network (ADR 0279). */
const gatewayMigration = z.object({
  role: z.enum(['from', 'to']).describe('from = the gateway is replaced; to = it replaces the other gateway'),
  with: z.object({ id: z.string(), name: z.string() }).describe('the other gateway'),
  since: boundsCodec.nullable().describe('bounds of the time since which both exist; null = unknown'),
  until: instantCodec
    .nullable()
    .describe('Azure keeps both gateways for at most 15 days, so that one is removed by then; null = since is unknown'),
  owner: z
    .enum(causeOwners)
    .describe(
      'operator of the migration: microsoft, or own_change according to the Activity Log; unknown = not known yet',
    ),
})

export const gatewaySchema = z.object({
  ...azureResourceFields,
  movedFrom: movedFromSchema,
  kind: z.enum(gatewayKinds),
  sku: gatewaySkuSchema,
  scaleUnits: z
    .object({
      least: z.int(),
      most: z.int().nullable(),
      inUse: z
        .int()
        .nullable()
        .describe('units in use from Azure Monitor, or the fixed size; null = not reported, or in a list'),
    })
    .nullable()
    .default(null)
    .describe(
      'bounds of the scale units of ErGwScale and of gateways in a Virtual WAN hub; null = none, or not reported',
    ),
  asn: z.number().nullable(),
  resiliencyLevel: z
    .enum(resiliencyLevels)
    .nullable()
    .describe(
      "resiliency level that results from its circuits, in Microsoft's words; null = none, or unknown facts may raise it",
    ),
  zones: z
    .array(z.string())
    .nullable()
    .optional()
    .describe('availability zones in ARM; `Regional` = it does not spread over zones; null = not reported'),
  activeActive: z
    .boolean()
    .nullable()
    .describe('for VPN gateways; null for other gateways, whose instances are always all active'),
  ...provisioningFields,
  state: z
    .enum(gatewayStates)
    .describe('not_offered: VPN gateway without BGP, for which peers and routes are not polled'),
  impaired: impairmentSchema.nullable(),
  unconfirmedSince: unconfirmedSinceSchema,
  lastKnown: createLastKnownSchema(z.enum(gatewayStates)),
  reason: z.string().nullable(),
  instances: z.array(
    z.object({
      address: z.string(),
      reporting: z.boolean().nullable().describe('null while the peer status is stale'),
      sessionsUp: z.number().int(),
      sessionsExpected: z.number().int(),
      lastKnown: lastKnownCounts,
    }),
  ),
  unplaced: z
    .object({ up: z.int(), expected: z.int(), lastKnown: lastKnownCounts })
    .optional()
    .describe('number of BGP peers that Azure reports without an instance, as for a Route Server; absent = none'),
  areSessionsPolled: z
    .literal(false)
    .optional()
    .describe(
      'false for a gateway in a Virtual WAN hub whose BGP sessions Azure does not report, or that has none; absent = polled',
    ),
  migration: gatewayMigration.nullable().default(null).describe('null = the gateway is not part of a migration'),
  connections: z.array(connection),
  load: z.array(gatewayLoad).optional().describe('load compared with the limits of its SKU; absent in lists'),
  limits: z.array(limitUseSchema).optional().describe("use of the SKU's limits by its connections; absent in lists"),
  userVpn: userVpnSchema
    .nullable()
    .optional()
    .describe('point-to-site VPN of the VPN gateway of a virtual network; null = not configured; absent in lists'),
  settings: settingsField,
  vnet: z.string().nullable().describe('name of the virtual network that holds the gateway'),
  hub: z
    .object({ id: z.string(), name: z.string(), connections: z.int() })
    .nullable()
    .describe(
      'for a gateway in a Virtual WAN hub: the hub, which lists its connections, and their number; null = another gateway, or the hub is not polled',
    ),
  routeTable: gatewayRouteTable
    .nullable()
    .optional()
    .describe('route table of its subnet; null = none; absent in lists'),
  routeServer: routeServer.nullable().optional().describe('null = another kind of gateway; absent in lists'),
})
export type Gateway = z.infer<typeof gatewaySchema>
export type GatewayToEncode = z.input<typeof gatewaySchema>

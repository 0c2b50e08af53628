import { z } from 'zod'
import { bounds, byteCount, instant, limitUse, resiliencyLevels, unconfirmedSince } from '#lib/contract/index.ts'
import { tunnel } from './tunnels.ts'
import { causeOwners } from '#lib/contract/events/cause.ts'
import { azureResource, movedFrom, provisioned, settingsField } from '#lib/contract/api/azure-resource.ts'
import { connectionFacts, impairment, ipsecFacts, ipsecPolicy } from '#lib/contract/api/shared-facts.ts'
import { connectionTrafficField } from '#lib/usage/api/connection-traffic.ts'
import { hubPeerFacts, routingPreferences } from './hubs.ts'
import { fastPath } from '#lib/circuits/api/fast-path.ts'
import { gatewayKinds, gatewaySku } from '#lib/contract/resources/gateway.ts'

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

/** The device at the other end of a VPN connection. In Azure, it is a local network gateway. */
const remoteDevice = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string().nullable().describe('public address or name'),
  asn: z.number().nullable().describe('null = no BGP'),
  asnReservedBy: z.string().nullable().describe('who reserves the ASN; null = a device may use it'),
  bgpAddress: z.string().nullable().describe('169.254.0.0/16 = APIPA'),
  prefixes: z.array(z.string()).describe('static routes to it'),
})
export type RemoteDevice = z.infer<typeof remoteDevice>

const ipsec = z.object({
  ...ipsecFacts.shape,
  policies: z.array(ipsecPolicy).describe('empty = Azure’s own choice'),
})

const connection = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  type: z.string().nullable(),
  status: z.string().nullable(),
  ...provisioned,
  ...connectionFacts.shape,
  fastPathDetails: fastPath
    .optional()
    .describe('of an ExpressRoute connection: what FastPath takes and what breaks it; absent in lists'),
  circuitId: z.string().nullable(),
  circuitName: z.string().nullable(),
  bytesIn: byteCount
    .nullable()
    .describe('ingressBytesTransferred as last read; null of ExpressRoute, of which ARM counts nothing: see traffic'),
  bytesOut: byteCount.nullable().describe('egressBytesTransferred as last read'),
  traffic: connectionTrafficField,
  since: bounds.nullable().describe('within which it got this status; null = not polled yet'),
  bgp: z.boolean().nullable().describe('of a VPN connection: without it nothing but the tunnels shows that it is down'),
  tunnels: z.array(tunnel).describe('of a VPN connection; empty = none are reported'),
  device: remoteDevice.nullable().describe('of a VPN connection; null = not listed, or another kind of connection'),
  gatewayBgpAddresses: z.array(z.string()).describe('by which the gateway speaks BGP over it instead of its own'),
  ipsec: ipsec.nullable().describe('of a VPN connection'),
})
export type Connection = z.infer<typeof connection>

/** A user-defined route. It has priority over a BGP route with the same prefix. */
const userRoute = z.object({
  name: z.string(),
  prefix: z.string(),
  nextHopType: z
    .string()
    .nullable()
    .describe('ARM’s word: VirtualAppliance, VirtualNetworkGateway, VnetLocal, Internet or None'),
  nextHop: z.string().nullable().describe('address of the appliance'),
})

/**
 * The route table of the GatewaySubnet. Its user-defined routes apply to traffic that enters the gateway from
 * on-premises.
 */
const gatewayRouteTable = z.object({
  name: z.string(),
  resourceId: z.string(),
  propagatesBgp: z.boolean().nullable().describe('false: Azure does not support that on a GatewaySubnet'),
  routes: z.array(userRoute).nullable().describe('null = the table was not read'),
  unapplied: z
    .string()
    .nullable()
    .describe('why the table is not known to have effect; null = it has effect, or was not read'),
})
export type GatewayRouteTable = z.infer<typeof gatewayRouteTable>

export const loadNames = ['cpu', 'flows', 'bits', 'packets'] as const

/** Load metrics for which Azure Monitor reports only the maximum of every 5 minutes. */
export const peakNames = ['machines', 'flowsCreated'] as const

/** Current value of a load metric of a gateway, compared with the limit of the gateway's SKU. */
const gatewayLoad = z.object({
  name: z.enum([...loadNames, ...peakNames]),
  value: z
    .number()
    .describe(
      'per cent of the busiest instance; of all instances: flows at once, bit/s, packets per second; at the highest: machines in its networks, and new flows per second, of which no limit is documented',
    ),
  limit: z.number().nullable().describe('what the SKU takes, in the same unit; null = not known'),
  share: z.number().nullable().describe('value / limit'),
  at: instant.describe('begin of the oldest 5 minutes that it is taken from'),
  limitAtMost: z.number().nullable().optional().describe('of a scalable gateway: the limit at its most scale units'),
})
export type GatewayLoad = z.infer<typeof gatewayLoad>

/** A gateway's load over time. Steps for which Azure Monitor has no samples have no point. */
export const gatewayLoadSeries = z.object({
  from: instant,
  to: instant,
  keptFrom: instant.describe('samples of before are no longer kept (RETAIN_RAW), if this is later than from'),
  stepSeconds: z.number().int().describe('length of a step; Azure Monitor reports every 300 s'),
  metrics: z.array(
    z.object({
      name: z.enum(loadNames),
      limit: z.number().nullable().describe('what the SKU takes now, in the unit of the points; null = not known'),
      points: z.array(
        z.object({
          start: instant,
          average: z
            .number()
            .describe(
              'mean of the step; per cent of the busiest instance; of all instances: flows, bit/s, packets per second',
            ),
          peak: z
            .number()
            .nullable()
            .describe(
              'no moment was higher: the highest of the busiest instance, or the sum of what each had at the most',
            ),
          instances: z.number().int().describe('the fewest that reported at a time of the step'),
        }),
      ),
    }),
  ),
})
export type GatewayLoadSeries = z.infer<typeof gatewayLoadSeries>

/** A BGP peer of a Route Server, usually a network appliance. Its tables are in `/routes` with its ID as scope. */
const routeServerPeer = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  ...hubPeerFacts.shape,
  share: z.number().nullable().describe('learned / limits.routesPerPeer, of the instance with the most'),
})
export type RouteServerPeer = z.infer<typeof routeServerPeer>

const routeServer = z.object({
  branchToBranch: z
    .boolean()
    .nullable()
    .describe('whether what gateways and peers announce reaches the others of them; null = not stated'),
  routingPreference: z.enum(routingPreferences),
  limits: z.object({ peers: z.number().int(), routesPerPeer: z.number().int() }),
  peers: z.array(routeServerPeer),
})
export type RouteServer = z.infer<typeof routeServer>

/** A migration in which an ExpressRoute gateway replaces another in the same network (ADR 0279). */
const gatewayMigration = z.object({
  role: z.enum(['from', 'to']).describe('from = it is replaced; to = it replaces the other'),
  with: z.object({ id: z.string(), name: z.string() }).describe('the other one'),
  since: bounds.nullable().describe('within which both were there first; null = that was not seen'),
  until: instant
    .nullable()
    .describe('Azure keeps both for 15 days at most: by then one is gone; null = since is not known'),
  owner: z
    .enum(causeOwners)
    .describe('who runs it: microsoft, or own_change by the Activity log; unknown = not known yet'),
})

export const gateway = z.object({
  ...azureResource,
  movedFrom,
  kind: z.enum(gatewayKinds),
  sku: gatewaySku,
  scaleUnits: z
    .object({
      least: z.int(),
      most: z.int().nullable(),
      inUse: z.int().nullable().describe('by Azure Monitor; of a fixed size that size; null = not reported, or a list'),
    })
    .nullable()
    .default(null)
    .describe(
      'of ErGwScale and of gateways in a Virtual WAN hub, by their bounds; null = it has none, or ARM states none',
    ),
  asn: z.number().nullable(),
  resiliencyLevel: z
    .enum(resiliencyLevels)
    .nullable()
    .describe('by its circuits, in Microsoft’s words; null = it has none, or what is not known may raise it'),
  activeActive: z.boolean().nullable().describe('of VPN gateways; null elsewhere, where all instances always run'),
  ...provisioned,
  state: z
    .enum(gatewayStates)
    .describe(
      'not_offered: a VPN gateway without BGP on itself and on its connections, which is asked for no peers and routes',
    ),
  impaired: impairment.nullable(),
  unconfirmedSince,
  reason: z.string().nullable(),
  instances: z.array(
    z.object({
      address: z.string(),
      reporting: z.boolean().nullable().describe('null while peer status is stale'),
      sessionsUp: z.number().int(),
      sessionsExpected: z.number().int(),
    }),
  ),
  unplaced: z
    .object({ up: z.int(), expected: z.int() })
    .optional()
    .describe('BGP peers that Azure reports without an instance, as of a Route Server; absent = none'),
  migration: gatewayMigration.nullable().default(null).describe('null = no other gateway replaces it, or it none'),
  connections: z.array(connection),
  load: z.array(gatewayLoad).optional().describe('what it carries against what its SKU takes; absent in lists'),
  limits: z.array(limitUse).optional().describe('what its connections use of the limits of its SKU; absent in lists'),
  settings: settingsField,
  vnet: z.string().nullable().describe('name of the virtual network that holds the gateway'),
  hub: z
    .object({ id: z.string(), name: z.string(), connections: z.int() })
    .nullable()
    .optional()
    .describe(
      'of a gateway in a Virtual WAN hub: that hub, which shows its connections; null = another gateway, or the hub is not read; absent in lists',
    ),
  routeTable: gatewayRouteTable.nullable().optional().describe('of its subnet; null = none; absent in lists'),
  routeServer: routeServer.nullable().optional().describe('null = another kind of gateway; absent in lists'),
})
export type Gateway = z.infer<typeof gateway>
export type StoredGateway = z.input<typeof gateway>

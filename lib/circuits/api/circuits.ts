import { z } from 'zod'
import {
  boundsCodec,
  byteCountSchema,
  circuitPaths,
  instantCodec,
  limitUseSchema,
  peeringTypes,
  provenLossFields,
  resiliencyLevels,
  trafficClasses,
  createLastKnownSchema,
  unconfirmedSinceSchema,
} from '#lib/contract/index.ts'
import {
  azureResourceFields,
  movedFromSchema,
  provisioningFields,
  settingsField,
} from '#lib/contract/api/azure-resource.ts'
import {
  circuitOrderDetailsSchema,
  circuitKeyDetailsSchema,
  connectionDetailsSchema,
  impairmentSchema,
} from '#lib/contract/api/shared-facts.ts'
import { connectionTrafficSchema, connectionTrafficField } from '#lib/usage/api/connection-traffic.ts'
import { circuitConnectivityModels } from '#lib/contract/api/connectivity.ts'
import { networkFindingSchema } from '#lib/networks/api/networks.ts'

const layerStates = ['up', 'down', 'disabled', 'unknown'] as const
export const circuitPathStates = ['up', 'degraded', 'down', 'disabled', 'not_configured', 'unknown'] as const
/** Possible trends of the number of prefixes. The trend is computed from the largest number of each day. */
const headroomTrends = ['growing', 'none', 'too_few_days'] as const
export const circuitRedundancyStates = [
  'redundant',
  'reduced',
  'no_path',
  'single_homed',
  'disabled',
  'unknown',
] as const

const arpEntry = z.object({
  age: z.number().nullable().describe('age of the entry in minutes'),
  interface: z.string(),
  ipAddress: z.string(),
  macAddress: z.string().nullable(),
})

const bgpLayers = ['up', 'down', 'disabled', 'never_established', 'unknown'] as const

/** One of the two paths of a peering. */
const circuitPath = z.object({
  path: z.enum(circuitPaths),
  state: z.enum(circuitPathStates),
  reason: z.string().nullable().describe('reason of the state in one sentence'),
  layers: z.object({
    provisioned: z.enum(layerStates),
    arp: z.enum(['complete', 'incomplete', 'missing', 'unknown']),
    bgp: z.enum(bgpLayers),
    traffic: z.enum(['moving', 'quiet', 'unknown']),
  }),
  bgpOverIpv6: z
    .enum(bgpLayers)
    .nullable()
    .describe(
      'state of BGP over IPv6 on a path with both IPv4 and IPv6; the state of the path follows its IPv4 session. null = the path has only one of them; a session that was down stays down while it is not polled',
    ),
  since: boundsCodec
    .nullable()
    .describe('bounds of the time at which the path entered this state; null = the state is unknown'),
  ...provenLossFields,
  unconfirmedSince: unconfirmedSinceSchema,
  lastKnown: createLastKnownSchema(z.enum(circuitPathStates)),
  arp: z.array(arpEntry),
  routesReceived: z.number().int().nullable(),
  headroom: z
    .object({
      limit: z.number().int().describe('maximum number of prefixes that Microsoft accepts on this path'),
      count: z.number().int(),
      share: z.number().describe('count / limit'),
      runsOutBetween: boundsCodec
        .nullable()
        .describe(
          'bounds of the time at which the trend of the largest daily counts reaches the limit; null = see trend',
        ),
      trend: z
        .enum(headroomTrends)
        .describe(
          '`none`: no growth, or the limit is more than ten years away; `too_few_days`: fewer known days than leastDays',
        ),
      days: z
        .array(z.object({ day: instantCodec, most: z.number().int() }))
        .describe(
          'largest count of each UTC day, from which the trend is computed; days without a known count are left out',
        ),
      leastDays: z.number().int().describe('minimum number of days from which a trend is computed'),
    })
    .nullable()
    .optional()
    .describe('number of prefixes compared with the limit; null = unknown; absent in lists'),
  bitsInPerSecond: z.number().nullable().describe('rate to Azure, bit/s, from the last two counter samples'),
  bitsOutPerSecond: z.number().nullable().describe('rate from Azure, bit/s; metered plans bill this direction'),
  allPeerings: z
    .object({ bitsInPerSecond: z.number(), bitsOutPerSecond: z.number() })
    .nullable()
    .optional()
    .describe(
      'rates of all peerings of the path together; present if peerings are counted separately, so that the rates above are of this peering only; null = unknown',
    ),
  bytesIn: byteCountSchema.nullable().describe('cumulative byte counter at the last poll'),
  bytesOut: byteCountSchema.nullable(),
  countersAt: instantCodec.nullable(),
  customerAddress: z.string().nullable().describe('first host address of the /30'),
  microsoftAddress: z.string().nullable().describe('second host address of the /30'),
})
export type ApiCircuitPath = z.infer<typeof circuitPath>
export type StoredCircuitPath = z.input<typeof circuitPath>

/** A route filter of Microsoft peering, with the BGP communities that it allows. */
const routeFilter = z.object({
  name: z.string(),
  resourceId: z.string(),
  unapplied: z
    .string()
    .nullable()
    .describe('reason why the effect of the filter is uncertain; null = it has effect, or is not in the inventory'),
  communities: z
    .array(
      z.object({
        community: z.string().describe('such as `12076:51004`'),
        name: z.string().nullable().describe('meaning of the community; null = not documented by Microsoft'),
      }),
    )
    .nullable()
    .describe('allowed communities; null = the route filter is not in the inventory'),
})

const natPoolStates = ['carried', 'not_announced', 'unknown'] as const
const natPoolState = z
  .enum(natPoolStates)
  .describe(
    "not_announced: no prefix of the customer in this path's table covers the pool; unknown: no table was polled",
  )

/** A declared NAT pool (public addresses), and whether return traffic can use each path. */
const natPool = z.object({
  prefix: z.string(),
  configured: z
    .string()
    .nullable()
    .describe('advertised prefix of the peering that covers the pool; null = no prefix does'),
  primary: natPoolState,
  secondary: natPoolState,
})
export type NatPool = z.infer<typeof natPool>

const eachPath = z.object({ primary: z.string().nullable(), secondary: z.string().nullable() })

const peering = z.object({
  name: z.string(),
  peeringType: z.string(),
  type: z.enum(peeringTypes).nullable().describe('null = unknown type'),
  state: z.string().nullable(),
  ...provisioningFields,
  redundancy: z.enum(circuitRedundancyStates),
  unconfirmedSince: unconfirmedSinceSchema,
  lastKnown: createLastKnownSchema(z.enum(circuitRedundancyStates)),
  atLeastPaths: z.number().int().describe('minimum number of paths that are up'),
  atMostPaths: z.number().int().describe('maximum number of paths that may be up'),
  paths: z.array(circuitPath),
  azureAsn: z.number().nullable(),
  peerAsn: z.number().nullable(),
  peerAsnReserved: z
    .string()
    .nullable()
    .describe('organization that reserves the peer ASN; null = the ASN is free to use'),
  vlanId: z.number().nullable().describe('C-tag'),
  primaryPeerAddressPrefix: z.string().nullable(),
  secondaryPeerAddressPrefix: z.string().nullable(),
  ipv6: eachPath.extend({ state: z.string().nullable() }).nullable().describe('link subnets; null = no IPv6'),
  azurePorts: eachPath.describe("Microsoft's names of the ports at which the paths end"),
  md5Key: z.enum(['set']).nullable().describe('null = unknown, because ARM usually leaves the key out'),
  advertisedPublicPrefixesState: z.string().nullable().describe('validation state of the IPv4 prefixes'),
  advertisedPrefixes: z
    .array(z.object({ prefix: z.string(), validation: z.string().nullable() }))
    .describe(
      'prefixes that the customer intends to announce on Microsoft peering; Azure reports one validation state for each IP version',
    ),
  customerAsn: z.number().nullable().describe('ASN to which the advertised prefixes are registered'),
  routingRegistry: z.string().nullable(),
  routeFilterId: z.string().nullable(),
  routeFilter: routeFilter.nullable(),
  prefixesReceived: z
    .number()
    .int()
    .nullable()
    .optional()
    .describe(
      'Microsoft peering: number of prefixes that Microsoft announces; null = no table was polled; absent in lists',
    ),
  natPools: z
    .array(natPool)
    .optional()
    .describe('Microsoft peering: declared NAT pools with the paths that carry them; absent in lists'),
})
export type ApiPeering = z.infer<typeof peering>
export type StoredPeering = z.input<typeof peering>

const dropped = z.object({
  reportedSeconds: z.number().describe('seconds for which Azure Monitor has a value'),
  droppingSeconds: z.number().describe('seconds whose mean over 5 minutes is above zero'),
  bytes: byteCountSchema,
  most: z
    .object({ bitsPerSecond: z.number(), at: instantCodec.describe('start of the 5 minutes') })
    .nullable()
    .describe('largest mean over 5 minutes; null = nothing was dropped'),
})

/**
 * Traffic of a circuit that Azure dropped, for all traffic classes together, because Azure does not report classes
 * separately. It does not include traffic that the provider dropped.
 */
const qosDrops = z.object({
  from: instantCodec,
  to: instantCodec,
  in: dropped.nullable().describe('drops of traffic to Azure; null = not reported'),
  out: dropped.nullable(),
})
export type QosDrops = z.infer<typeof qosDrops>

const reachStates = ['up', 'down', 'unknown'] as const

/** State of a Global Reach connection for IPv4 or for IPv6. */
const reachPart = z.object({
  addressPrefix: z
    .string()
    .nullable()
    .describe("prefix from which Microsoft's routers get addresses for the connection"),
  state: z.enum(reachStates).describe('unknown: Azure is changing it, or its poll is late'),
  azureStatus: z.string().nullable().describe("status in Azure's own words, at the last poll"),
  since: boundsCodec.nullable().describe('bounds of the time at which it got this status; null = not polled yet'),
})

export type GlobalReachSegment = z.infer<typeof reachPart>

/**
 * A Global Reach connection: it connects this circuit's private peering to the private peering of another circuit over
 * Microsoft's network.
 */
const globalReachConnection = reachPart.extend({
  name: z.string(),
  peering: z.string(),
  circuitId: z.string().nullable().describe('circuit at the other end; null = Peerwatch does not see it'),
  circuitName: z.string().nullable(),
  circuitResourceId: z.string().nullable().describe('lower case'),
  unapplied: z.string().nullable().describe('reason why its effect is uncertain; null = it has effect'),
  madeHere: z
    .boolean()
    .describe('true = created on this circuit, without an authorization; false = created on the other circuit'),
  ipv6: reachPart.nullable().describe('null = IPv4 only'),
})

export type GlobalReachConnection = z.infer<typeof globalReachConnection>

export const circuitSchema = z.object({
  ...azureResourceFields,
  movedFrom: movedFromSchema,
  ...circuitOrderDetailsSchema.shape,
  peeringLocations: z
    .array(z.string())
    .nullable()
    .describe('peering locations of its paths: one, or two for an ExpressRoute Metro location; null = unknown'),
  resiliencyLevel: z
    .enum(resiliencyLevels)
    .nullable()
    .describe("resiliency level of the circuit alone, in Microsoft's words"),
  resiliencyBasis: z
    .enum(['azure', 'location'])
    .nullable()
    .describe('source of the level: reported by Azure, or derived from the peering location'),
  ...provisioningFields,
  ...circuitKeyDetailsSchema.shape,
  secondStag: z.number().nullable().describe('declared: S-tag of the secondary path, if it differs'),
  classes: z
    .array(z.object({ name: z.enum(trafficClasses), share: z.number().nullable(), mbps: z.number().nullable() }))
    .describe('declared: bandwidth of each traffic class of the provider on a path, as a share or in Mbit/s'),
  globalReachEnabled: z.boolean().nullable(),
  globalReachConnections: z.array(globalReachConnection),
  globalReachTraffic: connectionTrafficSchema
    .nullable()
    .optional()
    .describe(
      'traffic of all Global Reach connections together, from Azure Monitor; null = not measured; absent in lists',
    ),
  redundancy: z.enum(circuitRedundancyStates),
  impaired: impairmentSchema.nullable(),
  unconfirmedSince: unconfirmedSinceSchema,
  lastKnown: createLastKnownSchema(z.enum(circuitRedundancyStates)),
  atLeastPaths: z.number().int().describe('minimum number of paths that are up'),
  atMostPaths: z.number().int().describe('maximum number of paths that may be up'),
  connectivity: z.enum(circuitConnectivityModels).nullable(),
  connectivityBasis: z
    .enum(['declared', 'port', 'last_writer'])
    .nullable()
    .describe(
      'evidence for the model: a declaration, a port of the customer, or the identity that last changed the peering',
    ),
  connectivityConfidence: z
    .number()
    .nullable()
    .describe(
      '1 = declared, or a port of the customer; the identity that last changed the peering is only an indication',
    ),
  port: z
    .object({
      id: z.string().nullable().describe('null = Peerwatch does not see it'),
      name: z.string(),
      kind: z.enum(['port', 'lag']),
    })
    .nullable()
    .describe('ExpressRoute Direct port or LAG on which the circuit is; null = it is on neither'),
  authorizations: z.object({ total: z.number().int(), inUse: z.number().int() }),
  peerings: z.array(peering),
  paths: z.array(circuitPath),
  connections: z.array(
    z.object({
      id: z.string(),
      resourceId: z.string(),
      name: z.string(),
      gatewayId: z.string().nullable(),
      gatewayName: z.string().nullable(),
      ...connectionDetailsSchema.shape,
      traffic: connectionTrafficField,
    }),
  ),
  qosDrops: qosDrops
    .nullable()
    .optional()
    .describe('drops of the last 24 h, from Azure Monitor; null = not reported; absent in lists'),
  overlaps: z
    .array(networkFindingSchema)
    .optional()
    .describe(
      'addresses that overlap among everything that the circuit reaches: links, gateway subnets, networks, on-premises; absent in lists',
    ),
  settings: settingsField,
  limits: z
    .array(limitUseSchema)
    .optional()
    .describe("use of Azure's limits other than prefix limits; absent in lists"),
})
export type Circuit = z.infer<typeof circuitSchema>
export type StoredCircuit = z.input<typeof circuitSchema>

const seconds = z.number().min(0)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })
const rate = z.number().int().nullable()

/** Daily uptime of a circuit, and its rates of the last 24 hours. */
export const circuitHistorySchema = z.object({
  id: z.string(),
  days: z
    .array(
      z.object({
        day: z.string().describe('UTC, as 2026-11-20'),
        seconds: seconds.describe('seconds of the day that have passed'),
        upSeconds: secondsBetween,
        downSeconds: secondsBetween.describe('seconds in which both paths were down'),
        pathDownSeconds: secondsBetween.describe('seconds in which at least one path was down'),
        unknownSeconds: seconds.describe('seconds in which no successful poll could have detected an outage'),
        plannedSeconds: seconds.describe('seconds of a certain or possible outage during announced maintenance'),
      }),
    )
    .describe('oldest first; the last day is today'),
  traffic: z
    .object({
      from: instantCodec,
      stepSeconds: z.number().int(),
      toAzureBitsPerSecond: rate.array(),
      fromAzureBitsPerSecond: rate.array().describe('rate from Azure, bit/s; metered plans bill this direction'),
    })
    .describe('mean rates of both paths together; null = the rate of a path is unknown'),
})
export type CircuitHistory = z.infer<typeof circuitHistorySchema>

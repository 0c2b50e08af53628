import { z } from 'zod'
import {
  bounds,
  byteCount,
  circuitPaths,
  instant,
  limitUse,
  peeringTypes,
  proven,
  resiliencyLevels,
  trafficClasses,
  unconfirmedSince,
} from '#lib/contract/index.ts'
import { azureResource, movedFrom, provisioned, settingsField } from '#lib/contract/api/azure-resource.ts'
import { circuitOrder, circuitKeys, connectionFacts, impairment } from '#lib/contract/api/shared-facts.ts'
import { connectionTraffic, connectionTrafficField } from '#lib/usage/api/connection-traffic.ts'
import { connectivities } from '#lib/contract/api/connectivity.ts'
import { networkFinding } from '#lib/networks/api/networks.ts'

const layerStates = ['up', 'down', 'disabled', 'unknown'] as const
export const pathStates = ['up', 'degraded', 'down', 'disabled', 'not_configured', 'unknown'] as const
/** Possible trends of the number of prefixes. The trend is computed from the largest number of each day. */
const headroomTrends = ['growing', 'none', 'too_few_days'] as const
export const redundancies = ['redundant', 'reduced', 'no_path', 'single_homed', 'disabled', 'unknown'] as const

const arpEntry = z.object({
  age: z.number().nullable().describe('minutes'),
  interface: z.string(),
  ipAddress: z.string(),
  macAddress: z.string().nullable(),
})

const bgpLayers = ['up', 'down', 'disabled', 'never_established', 'unknown'] as const

/** One of the two paths of a peering. */
const circuitPath = z.object({
  path: z.enum(circuitPaths),
  state: z.enum(pathStates),
  reason: z.string().nullable().describe('one plain sentence: why the state is what it is'),
  layers: z.object({
    provisioned: z.enum(layerStates),
    arp: z.enum(['complete', 'incomplete', 'missing', 'unknown']),
    bgp: z.enum(bgpLayers),
    traffic: z.enum(['moving', 'quiet', 'unknown']),
  }),
  bgpOverIpv6: z
    .enum(bgpLayers)
    .nullable()
    .describe('of a path that speaks IPv6 beside IPv4, whose session its state follows; null = it speaks one of them'),
  since: bounds.nullable().describe('when the path came into this state; null = the state is not known'),
  ...proven,
  unconfirmedSince,
  arp: z.array(arpEntry),
  routesReceived: z.number().int().nullable(),
  headroom: z
    .object({
      limit: z.number().int().describe('prefixes that Microsoft accepts on this path'),
      count: z.number().int(),
      share: z.number().describe('count / limit'),
      runsOutBetween: bounds
        .nullable()
        .describe('when the trend of the largest daily counts reaches the limit; null = see trend'),
      trend: z
        .enum(headroomTrends)
        .describe('`none`: not growing, or not within ten years; `too_few_days`: see leastDays'),
      days: z
        .array(z.object({ day: instant, most: z.number().int() }))
        .describe(
          'the largest count of each day of UTC that the trend is drawn from; a day that is not known is left out',
        ),
      leastDays: z.number().int().describe('fewest days from which a trend is drawn'),
    })
    .nullable()
    .optional()
    .describe('room for more prefixes; null = not known; absent in lists'),
  bitsInPerSecond: z.number().nullable().describe('into Azure, bit/s, from the last two counter samples'),
  bitsOutPerSecond: z.number().nullable().describe('out of Azure, bit/s; the billable direction'),
  allPeerings: z
    .object({ bitsInPerSecond: z.number(), bitsOutPerSecond: z.number() })
    .nullable()
    .optional()
    .describe(
      'where peerings are counted apart, so that the rates above are of this one: what the path carries of all together; null = not known',
    ),
  bytesIn: byteCount.nullable().describe('the cumulative counter as last read'),
  bytesOut: byteCount.nullable(),
  countersAt: instant.nullable(),
  customerAddress: z.string().nullable().describe('first host of the /30'),
  microsoftAddress: z.string().nullable().describe('second host of the /30'),
})
export type CircuitPathView = z.infer<typeof circuitPath>
export type StoredPath = z.input<typeof circuitPath>

/** A route filter of Microsoft peering, with the BGP communities that it allows. */
const routeFilter = z.object({
  name: z.string(),
  resourceId: z.string(),
  unapplied: z
    .string()
    .nullable()
    .describe('why the filter is not known to have effect; null = it has effect, or is not in the inventory'),
  communities: z
    .array(
      z.object({
        community: z.string().describe('such as `12076:51004`'),
        name: z.string().nullable().describe('what it stands for; null = not documented by Microsoft'),
      }),
    )
    .nullable()
    .describe('those that are allowed; null = the filter itself is not in the inventory'),
})

const natPoolStates = ['carried', 'not_announced', 'unknown'] as const
const natPoolState = z
  .enum(natPoolStates)
  .describe(
    'not_announced: no prefix of the customer in the table of this path covers the pool; unknown: no table was read',
  )

/** A declared NAT pool (public addresses), and whether return traffic can use each path. */
const natPool = z.object({
  prefix: z.string(),
  configured: z.string().nullable().describe('the advertised prefix of the peering that covers it; null = none does'),
  primary: natPoolState,
  secondary: natPoolState,
})
export type NatPool = z.infer<typeof natPool>

const eachPath = z.object({ primary: z.string().nullable(), secondary: z.string().nullable() })

const peering = z.object({
  name: z.string(),
  peeringType: z.string(),
  type: z.enum(peeringTypes).nullable().describe('null = of no type that is known'),
  state: z.string().nullable(),
  ...provisioned,
  redundancy: z.enum(redundancies),
  unconfirmedSince,
  atLeastPaths: z.number().int().describe('paths known to be up'),
  atMostPaths: z.number().int().describe('paths known or possibly up'),
  paths: z.array(circuitPath),
  azureAsn: z.number().nullable(),
  peerAsn: z.number().nullable(),
  peerAsnReserved: z.string().nullable().describe('who reserves the peer ASN, null when it is free to use'),
  vlanId: z.number().nullable().describe('the C-tag'),
  primaryPeerAddressPrefix: z.string().nullable(),
  secondaryPeerAddressPrefix: z.string().nullable(),
  ipv6: eachPath.extend({ state: z.string().nullable() }).nullable().describe('link subnets; null = no IPv6'),
  azurePorts: eachPath.describe("Microsoft's names of the ports that the paths end on"),
  md5Key: z.enum(['set']).nullable().describe('null = not known: ARM leaves the key out of most answers'),
  advertisedPublicPrefixesState: z.string().nullable().describe('of its IPv4 part'),
  advertisedPrefixes: z
    .array(z.object({ prefix: z.string(), validation: z.string().nullable() }))
    .describe(
      'what the customer means to announce on Microsoft peering; Azure states one validation for all of an IP version',
    ),
  customerAsn: z.number().nullable().describe('to whom the advertised prefixes are registered'),
  routingRegistry: z.string().nullable(),
  routeFilterId: z.string().nullable(),
  routeFilter: routeFilter.nullable(),
  prefixesReceived: z
    .number()
    .int()
    .nullable()
    .optional()
    .describe('on Microsoft peering: what Microsoft announces; null = no table was read; absent in lists'),
  natPools: z
    .array(natPool)
    .optional()
    .describe('on Microsoft peering: the declared pools, and which paths carry them; absent in lists'),
})
export type PeeringView = z.infer<typeof peering>
export type StoredPeering = z.input<typeof peering>

const dropped = z.object({
  reportedSeconds: z.number().describe('of which Azure Monitor has a value'),
  droppingSeconds: z.number().describe('whose mean of 5 minutes is above zero'),
  bytes: byteCount,
  most: z
    .object({ bitsPerSecond: z.number(), at: instant.describe('begin of the 5 minutes') })
    .nullable()
    .describe('the largest mean of 5 minutes; null = nothing was dropped'),
})

/**
 * Traffic of a circuit that Azure dropped, for all traffic classes together, because Azure does not report classes
 * separately. It does not include traffic that the provider dropped.
 */
const qosDrops = z.object({
  from: instant,
  to: instant,
  in: dropped.nullable().describe('into Azure; null = not reported'),
  out: dropped.nullable(),
})
export type QosDrops = z.infer<typeof qosDrops>

const reachStates = ['up', 'down', 'unknown'] as const

/** State of a Global Reach connection for one IP version. */
const reachPart = z.object({
  addressPrefix: z.string().nullable().describe("from which Microsoft's routers have addresses for it"),
  state: z.enum(reachStates).describe('unknown: Azure is changing it, or its poll is late'),
  azureStatus: z.string().nullable().describe('Azure’s own word, as last polled'),
  since: bounds.nullable().describe('within which it got this status; null = not polled yet'),
})

export type ReachPart = z.infer<typeof reachPart>

/**
 * A Global Reach connection: it connects this circuit's private peering to the private peering of another circuit over
 * Microsoft's network.
 */
const globalReachConnection = reachPart.extend({
  name: z.string(),
  peering: z.string(),
  circuitId: z.string().nullable().describe('the circuit at the other end; null = Peerwatch does not see it'),
  circuitName: z.string().nullable(),
  circuitResourceId: z.string().nullable().describe('in lower case'),
  unapplied: z.string().nullable().describe('why it is not known to have effect; null = it has effect'),
  madeHere: z
    .boolean()
    .describe('it was made on this circuit, which needs no authorization of its own; else on the other'),
  ipv6: reachPart.nullable().describe('null = it carries IPv4 alone'),
})

export type GlobalReachConnection = z.infer<typeof globalReachConnection>

export const circuit = z.object({
  ...azureResource,
  movedFrom,
  ...circuitOrder.shape,
  peeringLocations: z
    .array(z.string())
    .nullable()
    .describe('that its paths end in: one, or the two of an ExpressRoute Metro location; null = not known'),
  resiliencyLevel: z.enum(resiliencyLevels).nullable().describe('of the circuit alone, in Microsoft’s words'),
  resiliencyBasis: z
    .enum(['azure', 'location'])
    .nullable()
    .describe('Azure states the level, or its peering location has it'),
  ...provisioned,
  ...circuitKeys.shape,
  secondStag: z.number().nullable().describe('declared: of the secondary path, where it has another one'),
  classes: z
    .array(z.object({ name: z.enum(trafficClasses), share: z.number().nullable(), mbps: z.number().nullable() }))
    .describe('declared: what each class of the provider has of a path, as a share or in Mbit/s'),
  globalReachEnabled: z.boolean().nullable(),
  globalReachConnections: z.array(globalReachConnection),
  globalReachTraffic: connectionTraffic
    .nullable()
    .optional()
    .describe('what passes all of them, by Azure Monitor; null = nothing was measured; absent in lists'),
  redundancy: z.enum(redundancies),
  impaired: impairment.nullable(),
  unconfirmedSince,
  atLeastPaths: z.number().int().describe('paths known to be up'),
  atMostPaths: z.number().int().describe('paths known or possibly up'),
  connectivity: z.enum(connectivities).nullable(),
  connectivityBasis: z
    .enum(['declared', 'port', 'last_writer'])
    .nullable()
    .describe('what it rests on: a declaration, a port of the customer, or who wrote the peering last'),
  connectivityConfidence: z
    .number()
    .nullable()
    .describe('1 = declared, or a port; who wrote the peering only suggests it'),
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
      ...connectionFacts.shape,
      traffic: connectionTrafficField,
    }),
  ),
  qosDrops: qosDrops
    .nullable()
    .optional()
    .describe('of the last 24 h, by Azure Monitor; null = nothing was reported; absent in lists'),
  overlaps: z
    .array(networkFinding)
    .optional()
    .describe(
      'addresses that overlap where the circuit reaches: links, gateway subnets, networks, on-premises; absent in lists',
    ),
  settings: settingsField,
  limits: z.array(limitUse).optional().describe('room below limits of Azure beside those of prefixes; absent in lists'),
})
export type Circuit = z.infer<typeof circuit>
export type StoredCircuit = z.input<typeof circuit>

const seconds = z.number().min(0)
const secondsBetween = z.object({ atLeast: seconds, atMost: seconds })
const rate = z.number().int().nullable()

/** Daily uptime of a circuit, and its rates of the last 24 hours. */
export const circuitHistory = z.object({
  id: z.string(),
  days: z
    .array(
      z.object({
        day: z.string().describe('UTC, as 2026-11-20'),
        seconds: seconds.describe('of the day that have passed'),
        upSeconds: secondsBetween,
        downSeconds: secondsBetween.describe('both paths were down'),
        pathDownSeconds: secondsBetween.describe('one path or both were down'),
        unknownSeconds: seconds.describe('no good poll would have seen an outage'),
        plannedSeconds: seconds.describe('an outage, or what may be one, inside announced maintenance'),
      }),
    )
    .describe('the oldest first; the last one is today'),
  traffic: z
    .object({
      from: instant,
      stepSeconds: z.number().int(),
      toAzureBitsPerSecond: rate.array(),
      fromAzureBitsPerSecond: rate.array().describe('the billable direction'),
    })
    .describe('mean rates of both paths together; null = not known of a path'),
})
export type CircuitHistory = z.infer<typeof circuitHistory>

import { z } from 'zod'
import { circuitPaths } from '../poll.ts'
import { bounds, byteCount, instant } from './envelope.ts'

export const layerStates = ['up', 'down', 'disabled', 'unknown'] as const
export const pathStates = ['up', 'degraded', 'down', 'disabled', 'not_configured', 'unknown'] as const
/** What the largest daily counts of prefixes do. */
export const headroomTrends = ['growing', 'none', 'too_few_days'] as const
export const redundancies = ['redundant', 'reduced', 'no_path', 'single_homed', 'disabled', 'unknown'] as const

export const arpEntry = z.object({
  age: z.number().nullable().describe('minutes'),
  interface: z.string(),
  ipAddress: z.string(),
  macAddress: z.string().nullable(),
})

/** One of the two paths of a circuit's private peering. */
export const circuitPath = z.object({
  path: z.enum(circuitPaths),
  state: z.enum(pathStates),
  reason: z.string().nullable().describe('one plain sentence: why the state is what it is'),
  layers: z.object({
    provisioned: z.enum(layerStates),
    arp: z.enum(['complete', 'incomplete', 'missing', 'unknown']),
    bgp: z.enum(['up', 'down', 'disabled', 'never_established', 'unknown']),
    traffic: z.enum(['moving', 'quiet', 'unknown']),
  }),
  since: bounds.nullable().describe('when the path came into this state; null = the state is not known'),
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
  bitsOutPerSecond: z.number().nullable().describe('out of Azure, bit/s; the billed direction'),
  bytesIn: byteCount.nullable().describe('the cumulative counter as last read'),
  bytesOut: byteCount.nullable(),
  countersAt: instant.nullable(),
  customerAddress: z.string().nullable().describe('first host of the /30'),
  microsoftAddress: z.string().nullable().describe('second host of the /30'),
})
export type CircuitPathView = z.infer<typeof circuitPath>

export const peering = z.object({
  name: z.string(),
  peeringType: z.string(),
  state: z.string().nullable(),
  azureAsn: z.number().nullable(),
  peerAsn: z.number().nullable(),
  peerAsnReserved: z.string().nullable().describe('who reserves the peer ASN, null when it is free to use'),
  vlanId: z.number().nullable(),
  primaryPeerAddressPrefix: z.string().nullable(),
  secondaryPeerAddressPrefix: z.string().nullable(),
  advertisedPublicPrefixesState: z.string().nullable(),
  routeFilterId: z.string().nullable(),
})

export const circuit = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  location: z.string().nullable(),
  peeringLocation: z.string().nullable(),
  provider: z.string().nullable(),
  bandwidthMbps: z.number().nullable(),
  sku: z.object({ tier: z.string().nullable(), family: z.string().nullable() }),
  provisioning: z.object({ circuit: z.string().nullable(), provider: z.string().nullable() }),
  serviceKey: z.string().nullable().describe('masked but for its last four characters'),
  stag: z.number().nullable(),
  globalReachEnabled: z.boolean().nullable(),
  redundancy: z.enum(redundancies),
  atLeastPaths: z.number().int().describe('paths known to be up'),
  atMostPaths: z.number().int().describe('paths known or possibly up'),
  connectivity: z.enum(['exchange', 'telco', 'direct']).nullable(),
  peerings: z.array(peering),
  paths: z.array(circuitPath),
  connections: z.array(
    z.object({
      id: z.string(),
      resourceId: z.string(),
      name: z.string(),
      gatewayId: z.string().nullable(),
      gatewayName: z.string().nullable(),
      routingWeight: z.number().nullable(),
      fastPath: z.boolean().nullable(),
    }),
  ),
})
export type Circuit = z.infer<typeof circuit>

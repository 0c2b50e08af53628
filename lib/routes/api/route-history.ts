import { z } from 'zod'
import {
  azCommandField,
  boundsCodec,
  circuitPaths,
  instantCodec,
  omittedGapsSchema,
  pollOutcomes,
  routePollKinds,
  circuitPathFields,
  resourceRefFields,
  comparedRouteAttributes,
} from '#lib/contract/index.ts'
import { lookupContextSchema } from './lookup-context.ts'

/**
 * Certainty of the result of a lookup. `observed` = certain. `indeterminate` = a route was changing, or a table was not
 * read. `unknown` = polls did not observe the time.
 */
const knownAt = z.enum(['observed', 'indeterminate', 'unknown'])

const routeAttributes = z.object({
  ...comparedRouteAttributes,
  state: z
    .string()
    .optional()
    .describe('for an effective route of a network interface: state in ARM, Active or Invalid'),
})
export type ApiRouteAttributes = z.infer<typeof routeAttributes>

/** Fields that identify a route: table, instance, the peer that advertised it, and prefix. */
const routeKey = {
  ...resourceRefFields,
  table: z.enum(routePollKinds),
  ...circuitPathFields,
  instance: z.string().nullable(),
  peer: z.string().nullable(),
  prefix: z.string(),
}

const transports = ['er', 'vpn', 'nva', 'unknown'] as const

/** A route that covers the looked-up address, with its rank. */
const lookupCandidate = z.object({
  ...routeKey,
  ...routeAttributes.shape,
  table: z
    .enum([...routePollKinds, 'system'])
    .describe(
      "system = Azure's own route to the address space of the gateway's virtual network, or of a peered network",
    ),
  path: z.enum(circuitPaths).nullable().describe('path of the circuit from which the route comes, if known'),
  rank: z.number().int().describe('1 = in use from its `start`; equal routes have the same rank'),
  start: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe(
      'virtual network or hub in which the traffic starts; its gateways and Route Server are ranked together, separately from those of other networks. The gateway itself if its network is unknown; null = the paths of a circuit',
    ),
  rule: z.string().describe('rule that determined its rank'),
  reason: z.string(),
  inferred: z.boolean().describe('true = the rule, or a value in it, is not documented'),
  transport: z.enum(transports),
  circuitId: z.string().nullable(),
  connectionWeight: z.number().nullable(),
  since: boundsCodec.nullable().describe("null for another customer's path and for a system route"),
  known: z.enum(['observed', 'indeterminate']),
  anotherCustomer: z
    .boolean()
    .describe(
      'true = path of another customer, for a caller who may see only one customer: it competes for a prefix that this customer announces too. Its rank is that among all routes; no other field identifies it, and several paths of the same rank are one row',
    ),
  azCommand: azCommandField,
  network: z
    .string()
    .nullable()
    .optional()
    .describe(
      'for a system route: virtual network in which Azure delivers the traffic without a gateway; null = its name is unknown; absent = not a system route',
    ),
})
export type LookupCandidate = z.infer<typeof lookupCandidate>

const systemRouteKinds = ['vnet', 'peering', 'internet'] as const

/** Fields of the routes to an address at a time. */
const rankedRouteFields = {
  at: instantCodec,
  known: knownAt.describe(
    'indeterminate: a candidate was about to change, or a table that may contain a better candidate was not polled',
  ),
  match: z
    .string()
    .nullable()
    .describe(
      'prefix of the route in use: the longest prefix that covers the address, unless a system route has priority',
    ),
  system: z
    .enum(systemRouteKinds)
    .nullable()
    .describe(
      "Azure's own route for the address: to its virtual network, to a peered network, or to the Internet if no route covers it. Null if BGP carries the traffic, if Azure drops it (private address space without a route), or if this is unknown",
    ),
  candidates: z.array(lookupCandidate),
}

/** Result of a route lookup: all routes that cover an address, with their ranks, and facts about its path. */
export const routeLookupSchema = z.object({
  ip: z.string(),
  ...rankedRouteFields,
  lastKnown: z
    .object(rankedRouteFields)
    .optional()
    .describe(
      'if gaps in polls make the result uncertain: the result at the last time at which the missing tables were polled; absent = the result is certain, or no earlier poll is kept',
    ),
  userRoutes: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        routeTable: z.string(),
        prefix: z.string(),
        nextHopType: z.string().nullable(),
        nextHop: z.string().nullable().describe('the first of `nextHops`'),
        nextHops: z.array(z.string()).describe('all appliances that share the traffic (ECMP)'),
        unapplied: z
          .string()
          .nullable()
          .describe('reason why the effect of the table is uncertain; null = it has effect'),
      }),
    )
    .describe(
      'user-defined routes of GatewaySubnets that cover the address: they apply to traffic through that gateway and are not ranked. User-defined routes of other subnets are not polled',
    ),
  privateEndpoints: z
    .array(
      z.object({
        network: z.string(),
        subnet: z.string(),
        prefix: z.string(),
        appliesRoutes: z
          .boolean()
          .nullable()
          .describe('whether user-defined routes apply to its private endpoints; null = not reported'),
      }),
    )
    .default([])
    .describe(
      'subnets with private endpoints that contain the address, if a user-defined route covers it. It is unknown whether an endpoint with a /32 route, which has priority, has this address',
    ),
  firewalls: z
    .array(
      z.object({
        scope: z.string().describe('hub that contains the firewall'),
        scopeName: z.string(),
        firewall: z.string(),
        traffic: z.enum(['internet', 'private']).nullable().describe('traffic that is sent to it; null = unknown'),
        prefix: z.string().nullable().describe('prefix of the policy that applies to the address'),
        unapplied: z
          .string()
          .nullable()
          .describe('reason why the effect of the policy is uncertain; null = it has effect, or is not polled'),
        behind: z
          .array(z.object({ kind: z.enum(['network', 'connection']), name: z.string(), prefix: z.string() }))
          .nullable()
          .describe('connection of the hub with the longest prefix for the address; null = unknown'),
      }),
    )
    .describe(
      'for a lookup from a Virtual WAN hub or its gateway: firewall in the hub that traffic to the address passes first. Its rules and its own routes are not polled',
    ),
  interfaces: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        network: z.string().nullable(),
        prefix: z.string(),
        source: z.string().nullable().describe('ARM value: Default, User or VirtualNetworkGateway'),
        nextHopType: z.string().nullable(),
        nextHops: z.array(z.string()),
        readAt: instantCodec
          .nullable()
          .optional()
          .describe('last time at which the routes of the interface were read; null for a moment in the past'),
        known: z.enum(['observed', 'indeterminate']),
      }),
    )
    .describe(
      'routes for the address at each network interface that users chose for polling: the active route with the longest prefix. They apply to traffic that leaves its subnet, and are separate from the ranking',
    ),
  around: lookupContextSchema
    .nullable()
    .describe(
      'events on its path within 15 minutes before and after; null if no polled resource carried the traffic at that time',
    ),
})
export type RouteLookup = z.infer<typeof routeLookupSchema>

/**
 * Difference of one route between two times. `before` and `after` are arrays, because equal-cost routes (ECMP) have the
 * same table, instance, peer and prefix.
 */
const routeDifference = z.object({
  ...routeKey,
  before: z.array(routeAttributes).describe('empty for an announced route'),
  after: z.array(routeAttributes).describe('empty for a withdrawn route'),
})
export type ApiRouteDifference = z.infer<typeof routeDifference>

const undecidableRoute = z.object({
  ...routeKey,
  reason: z.enum(['not_covered', 'indeterminate']),
  at: z.enum(['from', 'to', 'both']),
})

const changeCounts = {
  announced: z.number().int(),
  withdrawn: z.number().int(),
  changed: z.number().int(),
}

/**
 * Differences between the routes at two times. A change that was reverted between the two times is not listed, but is
 * included in the number `changesBetween`.
 */
export const routesDiffSchema = z.object({
  from: instantCodec,
  to: instantCodec,
  announced: z.array(routeDifference),
  withdrawn: z.array(routeDifference),
  changed: z.array(routeDifference),
  undecidable: z.array(undecidableRoute).describe('routes without data for one of the two moments'),
  changesBetween: z
    .object(changeCounts)
    .nullable()
    .describe('every change that was detected between the two moments; null = the range is too long to count'),
  tables: z.array(
    z.object({
      ...resourceRefFields,
      table: z.enum(routePollKinds),
      subresource: z.string(),
      ...circuitPathFields,
      azCommand: azCommandField,
    }),
  ),
})
export type ApiRoutesDiff = z.infer<typeof routesDiffSchema>

const churnPoint = z.object({
  start: instantCodec,
  ...changeCounts,
  firstSeen: z.number().int().describe('routes that existed when their table was first polled, which are not changes'),
  initialDump: z.number().int().describe('number of the changes that result from a session coming up'),
  coveredSeconds: z.number().describe('seconds of the step in which all tables in scope were polled'),
})

/**
 * Numbers of change bursts by type. A burst is a series of changes of one route without a long pause. The type
 * `exploration` means three or more paths within five minutes without a session event.
 */
const bursts = z.object({
  session: z.number().int(),
  exploration: z.number().int(),
  transient: z.number().int().describe('whether the routes at its end equal those at its start'),
  lasting: z.number().int(),
  steps: z.array(instantCodec).describe('starts of the steps in which a burst began or ended'),
})

export const routeChurnSchema = z.object({
  from: instantCodec,
  to: instantCodec,
  stepSeconds: z.number(),
  points: z.array(churnPoint),
  changesPerCoveredMinute: z.number().nullable().describe('null = no coverage'),
  topPrefixes: z.array(
    z.object({
      prefix: z.string(),
      ...changeCounts,
      total: z.number().int(),
      penalty: z
        .number()
        .describe(
          'highest flap penalty of a single peer (RFC 2439); a minimum, because a poll sees at most one change',
        ),
      wouldBeDamped: z
        .boolean()
        .describe(
          'whether a router that damps from 6,000 on (RFC 7196) would have damped it; false = not by the polled changes. Peerwatch damps nothing',
        ),
      bursts: bursts.nullable().describe('null = too many changes; request a shorter range'),
      distinctPaths: z.number().int().nullable().describe('maximum number of different paths in one burst'),
    }),
  ),
})
export type ApiRouteChurn = z.infer<typeof routeChurnSchema>

/**
 * The start or end of an interval of a route, with the attributes before and after it. `polls` contains the last poll
 * that found the old state and the first poll that found the new state.
 */
const routeBoundary = z.object({
  op: z.enum(['first_seen', 'announce', 'change', 'withdraw']),
  between: boundsCodec,
  before: z.array(routeAttributes),
  after: z.array(routeAttributes),
  polls: z.object({
    before: instantCodec.nullable().describe('start of the last poll with the former state; null = none'),
    after: instantCodec.describe('end of the first poll with the new state'),
  }),
})

/** A change of one route. A route that was already present when its table was first read is not a change. */
export const routeChangeSchema = z.object({
  ...routeKey,
  op: z.enum(['announce', 'change', 'withdraw']),
  between: boundsCodec.describe(
    'start of the last poll with the former state, end of the first poll with the new state',
  ),
  before: z.array(routeAttributes).describe('empty for an announced route'),
  after: z.array(routeAttributes).describe('empty for a withdrawn route'),
  azCommand: azCommandField,
})
export type ApiRouteChange = z.infer<typeof routeChangeSchema>

/** An interval in which a route was present and its attributes did not change. */
export const routeIntervalSchema = z.object({
  ...routeKey,
  attributes: z.array(routeAttributes),
  lastAbsent: instantCodec.nullable().describe('start of the last poll without this state; null = none'),
  firstPresent: instantCodec.describe('end of the first poll with this state'),
  lastPresent: instantCodec.describe('start of the last poll with this state'),
  firstAbsent: instantCodec.nullable().describe('end of the first poll without this state; null = ongoing'),
  from: boundsCodec,
  to: boundsCodec.nullable(),
  began: routeBoundary,
  ended: routeBoundary.nullable(),
  uncovered: z
    .array(z.object({ from: instantCodec, to: instantCodec, outcome: z.enum(pollOutcomes) }))
    .describe('gaps in polling within the interval and the requested range; at most 2,000, the longest'),
  uncoveredOmitted: omittedGapsSchema,
  azCommand: azCommandField,
})
export type RouteInterval = z.infer<typeof routeIntervalSchema>

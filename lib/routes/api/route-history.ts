import { z } from 'zod'
import {
  azCommandField,
  bounds,
  circuitPaths,
  instant,
  omittedGaps,
  outcomes,
  routeKinds,
  ofCircuit,
  ofResource,
  pathAttributes,
} from '#lib/contract/index.ts'
import { routeAround } from './route-around.ts'

/**
 * Certainty of a lookup's result. `observed` = certain; `indeterminate` = a route was changing or a table was not read;
 * `unknown` = the time was not observed.
 */
const knownAt = z.enum(['observed', 'indeterminate', 'unknown'])

const routeAttributes = z.object({
  ...pathAttributes,
  state: z.string().optional().describe("of a network interface's effective routes: ARM's word, Active or Invalid"),
})
export type RouteAttributesView = z.infer<typeof routeAttributes>

/** Fields that identify a route: table, instance, the peer that advertised it, and prefix. */
const routeKey = {
  ...ofResource,
  table: z.enum(routeKinds),
  ...ofCircuit,
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
    .enum([...routeKinds, 'system'])
    .describe("system = Azure's own route for the space of the gateway's virtual network, or of a peered one"),
  path: z.enum(circuitPaths).nullable().describe('path of the circuit behind it, where that is known'),
  rank: z.number().int().describe('1 = in use from its `start`; equals share a rank'),
  start: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe(
      'virtual network or hub in which the traffic starts: its gateways and Route Server are ranked together, and apart from those of other networks. The gateway itself if its network is not known; null = the paths of a circuit',
    ),
  rule: z.string().describe('the rule that decided its place'),
  reason: z.string(),
  inferred: z.boolean().describe('the rule, or a value that it used, is documented nowhere'),
  transport: z.enum(transports),
  circuitId: z.string().nullable(),
  connectionWeight: z.number().nullable(),
  since: bounds.nullable().describe("null for another customer's path and for a system route"),
  known: z.enum(['observed', 'indeterminate']),
  anotherCustomer: z
    .boolean()
    .describe(
      "another customer's path, to whoever sees his customers only: it competes for a prefix that they announce too. Its rank is that among all; nothing else identifies it, and several of one rank are one row",
    ),
  azCommand: azCommandField,
})
export type LookupCandidate = z.infer<typeof lookupCandidate>

const systemRouteKinds = ['vnet', 'peering', 'internet'] as const

/** All routes that cover an address, the route in use first. */
export const routeLookup = z.object({
  ip: z.string(),
  at: instant,
  known: knownAt.describe(
    'indeterminate: a candidate was about to change, or a table that may hold a better one was not seen',
  ),
  match: z
    .string()
    .nullable()
    .describe('prefix of the route in use: the longest that covers the address, unless a system route precedes it'),
  system: z
    .enum(systemRouteKinds)
    .nullable()
    .describe(
      "Azure's own route that takes the address: to its virtual network, to a peered one, or to the Internet where no route covers it. Null where BGP carries it, where Azure drops it (private space without a route), and where that is not known",
    ),
  candidates: z.array(lookupCandidate),
  userRoutes: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        routeTable: z.string(),
        prefix: z.string(),
        nextHopType: z.string().nullable(),
        nextHop: z.string().nullable(),
        unapplied: z.string().nullable().describe('why the table is not known to have effect; null = it has effect'),
      }),
    )
    .describe(
      'user-defined routes of GatewaySubnets that cover the address: they take what comes through that gateway, and are not ranked. Those of other subnets are not read',
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
          .describe('whether user-defined routes may take its endpoints’ place; null = not stated'),
      }),
    )
    .default([])
    .describe(
      'where a user-defined route covers the address: subnets with private endpoints that have it. Whether it is that of an endpoint, whose /32 precedes, is not read',
    ),
  firewalls: z
    .array(
      z.object({
        scope: z.string().describe('the hub that it is in'),
        scopeName: z.string(),
        firewall: z.string(),
        traffic: z.enum(['internet', 'private']).nullable().describe('null = not known what is sent to it'),
        prefix: z.string().nullable().describe('of the policy that takes the address'),
        unapplied: z
          .string()
          .nullable()
          .describe('why the policy is not known to have effect; null = it has effect, or is not read'),
        behind: z
          .array(z.object({ kind: z.enum(['network', 'connection']), name: z.string(), prefix: z.string() }))
          .nullable()
          .describe('what of the hub has the longest prefix for it, by what its connections bring; null = not known'),
      }),
    )
    .describe(
      'where a hub of a Virtual WAN, or a gateway in one, was asked: the firewall in the hub that the address passes first. What it lets through, and its own routes, are not read',
    ),
  interfaces: z
    .array(
      z.object({
        scope: z.string(),
        scopeName: z.string(),
        network: z.string().nullable(),
        prefix: z.string(),
        source: z.string().nullable().describe("ARM's word: Default, User or VirtualNetworkGateway"),
        nextHopType: z.string().nullable(),
        nextHops: z.array(z.string()),
        known: z.enum(['observed', 'indeterminate']),
      }),
    )
    .describe(
      'what takes the address at each chosen network interface whose effective routes were read: the longest active prefix. It is what Azure does with what leaves that subnet, beside the ranking and not a part of it',
    ),
  around: routeAround
    .nullable()
    .describe(
      'what happened on its path within 15 minutes before and after; null where no resource that is polled carried it then',
    ),
})
export type RouteLookup = z.infer<typeof routeLookup>

/**
 * Difference of one route between two times. `before` and `after` are arrays, because equal-cost routes (ECMP) have the
 * same table, instance, peer and prefix.
 */
const routeDifference = z.object({
  ...routeKey,
  before: z.array(routeAttributes).describe('empty for an announced route'),
  after: z.array(routeAttributes).describe('empty for a withdrawn route'),
})
export type RouteDifferenceView = z.infer<typeof routeDifference>

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
 * Differences between the routes at two times. Changes that were undone in between are only counted, in
 * `changesBetween`.
 */
export const routesDiff = z.object({
  from: instant,
  to: instant,
  announced: z.array(routeDifference),
  withdrawn: z.array(routeDifference),
  changed: z.array(routeDifference),
  undecidable: z.array(undecidableRoute).describe('routes that one of the two moments does not cover'),
  changesBetween: z
    .object(changeCounts)
    .nullable()
    .describe('every change first seen between the two moments; null for a range too long to count'),
  tables: z.array(
    z.object({
      ...ofResource,
      table: z.enum(routeKinds),
      subresource: z.string(),
      ...ofCircuit,
      azCommand: azCommandField,
    }),
  ),
})
export type RoutesDiffView = z.infer<typeof routesDiff>

const churnPoint = z.object({
  start: instant,
  ...changeCounts,
  firstSeen: z.number().int().describe('routes that stood when their table was first read: no change'),
  initialDump: z.number().int().describe('of the changes, those that follow from a session coming up'),
  coveredSeconds: z.number().describe('how much of the step all tables in scope were seen'),
})

/**
 * Numbers of change bursts by type. A burst is a series of changes of one route without a long pause. `exploration`:
 * three or more paths within five minutes without a session event.
 */
const bursts = z.object({
  session: z.number().int(),
  exploration: z.number().int(),
  transient: z.number().int().describe('ended as it began'),
  lasting: z.number().int(),
  steps: z.array(instant).describe('starts of the steps in which a burst began or ended'),
})

export const routeChurn = z.object({
  from: instant,
  to: instant,
  stepSeconds: z.number(),
  points: z.array(churnPoint),
  changesPerCoveredMinute: z.number().nullable().describe('null where nothing was covered'),
  topPrefixes: z.array(
    z.object({
      prefix: z.string(),
      ...changeCounts,
      total: z.number().int(),
      penalty: z
        .number()
        .describe(
          'the highest flap penalty that any one peer reached (RFC 2439); a lower bound: a poll sees one change at the most',
        ),
      wouldBeDamped: z
        .boolean()
        .describe(
          'a router that damps from 6,000 on (RFC 7196) would have; false = not by what polls saw. Nothing is damped here',
        ),
      bursts: bursts.nullable().describe('null: too many changes; request a shorter range'),
      distinctPaths: z.number().int().nullable().describe('the most different paths in one burst'),
    }),
  ),
})
export type RouteChurnView = z.infer<typeof routeChurn>

/**
 * The start or end of a route's interval, with the attributes before and after it. `polls`: the last poll with the old
 * state and the first poll with the new state.
 */
const routeBoundary = z.object({
  op: z.enum(['first_seen', 'announce', 'change', 'withdraw']),
  between: bounds,
  before: z.array(routeAttributes),
  after: z.array(routeAttributes),
  polls: z.object({
    before: instant.nullable().describe('start of the last poll that read it as before; null = none ever did'),
    after: instant.describe('end of the first poll that read it as after'),
  }),
})

/** A change of one route. A route that was already present when its table was first read is not a change. */
export const routeChangeView = z.object({
  ...routeKey,
  op: z.enum(['announce', 'change', 'withdraw']),
  between: bounds.describe('start of the last poll that read it as before, end of the first that read it as after'),
  before: z.array(routeAttributes).describe('empty for an announced route'),
  after: z.array(routeAttributes).describe('empty for a withdrawn route'),
  azCommand: azCommandField,
})
export type RouteChangeView = z.infer<typeof routeChangeView>

/** An interval in which a route was present and its attributes did not change. */
export const routeInterval = z.object({
  ...routeKey,
  attributes: z.array(routeAttributes),
  lastAbsent: instant.nullable().describe('start of the last poll that read it otherwise; null = none ever did'),
  firstPresent: instant.describe('end of the first poll that read it so'),
  lastPresent: instant.describe('start of the last poll that read it so'),
  firstAbsent: instant.nullable().describe('end of the first poll that read it otherwise; null while it lasts'),
  from: bounds,
  to: bounds.nullable(),
  began: routeBoundary,
  ended: routeBoundary.nullable(),
  uncovered: z
    .array(z.object({ from: instant, to: instant, outcome: z.enum(outcomes) }))
    .describe('gaps in polling within the interval and the requested range; at most 2,000, the longest'),
  uncoveredOmitted: omittedGaps,
  azCommand: azCommandField,
})
export type RouteInterval = z.infer<typeof routeInterval>

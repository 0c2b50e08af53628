import { z } from 'zod'
import { prefixCountsSchema } from './failover.ts'
import { moveSchema } from './move.ts'
import {
  asPathTextSchema,
  circuitPaths,
  costMoneySchema,
  instantCodec,
  limitUseSchema,
  peeringTypes,
} from '#lib/contract/index.ts'

/**
 * Possible outcomes for an atom in a what-if. An atom is a prefix without the more specific prefixes that the same
 * route table contains.
 */
export const whatIfOutcomes = ['stays', 'moves', 'covered', 'default_only', 'internet', 'stranded', 'unknown'] as const
export type WhatIfOutcome = (typeof whatIfOutcomes)[number]

const whatIfSides = ['azure', 'onprem'] as const

/**
 * One of the best paths of an atom. There are several if the routes are equal (ECMP). (An atom is a prefix without the
 * more specific prefixes in the table.)
 */
const whatIfPath = z.object({
  peer: z.string().nullable().describe('address of the neighbor: of the MSEE, or of the remote VPN device'),
  circuitId: z.string().nullable().describe('null = no circuit, or not mapped to one'),
  path: z.enum(circuitPaths).nullable(),
})
export type WhatIfPath = z.infer<typeof whatIfPath>

const assumedBecause = [
  'no_router',
  'not_observed',
  'no_route',
  'no_local_preference',
  'unreadable',
  'several_asns',
  'own_table_differs',
] as const
export type WhatIfUncertaintyReason = (typeof assumedBecause)[number]

/** The path attribute that made the used path better than the others (RFC 4271, section 9.1.2.2). */
export const decidingAttributeSchema = z.object({
  by: z.enum(['local_preference', 'as_path', 'origin', 'med']),
  better: z.string(),
  worse: z.string(),
})
export type DecidingAttribute = z.infer<typeof decidingAttributeSchema>

const offeredPath = z.object({
  circuitId: z.string().nullable().describe('null = a VPN'),
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths).nullable(),
  router: z.string().describe('name or address of the router'),
})

/** Reason why the paths that the customer's routers use are assumed, and which assumption is made. */
const preferenceBasis = z.object({
  is: z
    .enum(['reported', 'partly_reported', 'assumed'])
    .describe(
      "reported = from the path attributes that the customer's routers report for every path (BMP, after their policy); partly_reported = for every path of a circuit, and an unreported VPN is assumed to come last; assumed = by AS path, ExpressRoute before VPN",
    ),
  because: z
    .enum(assumedBecause)
    .nullable()
    .describe(
      'reason of the assumption: for one of the paths, no router reports; or its router was not observed at that time, or reports several routes after its policy, no local preference, or an unreadable attribute; or the routers have different ASNs, or the table of a router (Loc-RIB) uses another path than these attributes decide. Null = not assumed',
    ),
  parted: decidingAttributeSchema
    .nullable()
    .describe('attributes that decide before the failure, from reports; null = none'),
  routes: z
    .array(
      offeredPath.extend({
        localPref: z.number(),
        med: z.number().nullable(),
        asPath: z.array(z.number()),
        asPathText: asPathTextSchema,
        communities: z.array(z.string()),
        isUsed: z
          .boolean()
          .describe('whether the table of the router uses this route; false = it does not, or is not reported'),
      }),
    )
    .describe('path attributes that routers report, whether or not they decide'),
  refused: z
    .array(offeredPath)
    .describe("paths that the router's policy rejects for the prefix, so that no traffic uses them"),
})
export type PreferenceBasis = z.infer<typeof preferenceBasis>

/**
 * Outcome for one atom in one route table. The atom consists of the addresses of `prefix` that no more specific prefix
 * of the table contains.
 */
const whatIfRow = z.object({
  prefix: z.string(),
  firstAddress: z.string().describe('first address of the prefix that no longer (more specific) prefix contains'),
  scope: z
    .string()
    .describe(
      "the gateway or hub, or a hub's route table that is not its default table; on the customer's side the gateway or hub that announces the prefix, or the circuit",
    ),
  scopeName: z.string(),
  side: z.enum(whatIfSides),
  site: z.string().nullable().describe('declared or learned site; null = none'),
  before: z.array(whatIfPath).describe('best paths now; empty = none'),
  after: z.array(whatIfPath),
  matchBefore: z.string().nullable().describe('most specific prefix, which decides now'),
  matchAfter: z.string().nullable(),
  outcome: z.enum(whatIfOutcomes),
  reduced: z.boolean().describe('whether it loses some of its best paths, or instances with these paths'),
  basis: preferenceBasis
    .nullable()
    .describe("basis of the prediction on the customer's side; null = Azure's side, or there is no path"),
})
export type WhatIfRow = z.infer<typeof whatIfRow>

export const lostResourceKinds = [
  'circuit',
  'path',
  'gateway',
  'instance',
  'hub',
  'port',
  'lag',
  'link',
  'member',
  'connection',
  'hub_connection',
  'location',
  'provider',
  'router',
] as const
export type LostResourceKind = (typeof lostResourceKinds)[number]

/** A resource that is named by a term of `lose`, and the circuit paths that are lost together with it. */
export const lostResourceSchema = z.object({
  term: z.string().describe('text as in the request'),
  kind: z.enum(lostResourceKinds),
  id: z
    .string()
    .nullable()
    .describe('short id, for a part of a resource that of the resource; null = a location, a provider or a router'),
  name: z.string(),
  paths: z.array(z.object({ circuitId: z.string(), peering: z.enum(peeringTypes), path: z.enum(circuitPaths) })),
})
export type WhatIfLostResource = z.infer<typeof lostResourceSchema>

const loadMethods = ['aligned', 'sum_of_p95', 'unchanged', 'too_few_samples'] as const
export type LoadMethod = (typeof loadMethods)[number]

/** Load of a path to which traffic moves, in one direction. It is computed from measurements of the last 30 days. */
export const whatIfLoadSchema = z.object({
  circuitId: z.string(),
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths),
  direction: z.enum(['in', 'out']).describe('in = to Azure, out = from Azure'),
  p95BitsPerSecond: z
    .object({ atLeast: z.number().int(), atMost: z.number().int() })
    .nullable()
    .describe('null = too few measurements'),
  sumOfP95: z
    .number()
    .int()
    .nullable()
    .describe(
      'sum of its own p95 rate and the p95 rate of the traffic that may move to it; it is neither a minimum nor a maximum',
    ),
  ownP95: z.number().int().nullable().describe('p95 rate of its present traffic'),
  bandwidthMbps: z.number().nullable().describe('bandwidth of one path'),
  share: z.number().nullable().describe("maximum load as a share of one path's bandwidth"),
  method: z.enum(loadMethods),
})
export type WhatIfLoad = z.infer<typeof whatIfLoadSchema>

/** How much of one of Azure's limits is used after the failure or change. */
const whatIfLimit = z.object({
  scope: z.string(),
  scopeName: z.string(),
  name: z.enum([...limitUseSchema.shape.name.options, 'gateway_throughput', 'path_bandwidth', 'peering_prefixes']),
  limit: z.number(),
  atLeast: z.number(),
  atMost: z.number(),
  share: z.number().describe('atMost / limit'),
  source: z.string().describe('URL of the documentation of the limit'),
})
export type WhatIfLimit = z.infer<typeof whatIfLimit>

const moneyBounds = z.object({ atLeast: costMoneySchema, atMost: costMoneySchema })

/**
 * Cost of a whole month with the traffic as it would be after the failure. It is computed with the current billing of
 * the circuits and the likely traffic of this month.
 */
const whatIfCost = z.object({
  month: z.string().describe('month of the traffic'),
  madeAt: instantCodec.describe('time of the oldest forecast'),
  circuits: z.array(
    z.object({
      circuitId: z.string(),
      circuitName: z.string(),
      now: costMoneySchema.nullable().describe('null = no price, or unknown traffic'),
      after: moneyBounds
        .nullable()
        .describe('cost after the change; a failed circuit must still be paid; null = unknown'),
      unknownBecause: z.string().nullable(),
    }),
  ),
  differences: z
    .array(moneyBounds)
    .describe(
      "difference of all circuits together, by currency: minimum and maximum; empty = a circuit's difference is unknown",
    ),
})
export type WhatIfCost = z.input<typeof whatIfCost>

/** Outcomes in one route table of a hub. Networks that the hub routes by the table depend on it. */
const whatIfHubTable = z.object({
  id: z.string().describe('`scope` of its rows in `prefixes`: the route table, or the hub for its default table'),
  name: z.string(),
  hubId: z.string(),
  hubName: z.string(),
  isDefault: z
    .boolean()
    .describe('whether it is the default table, with which the connections of gateways are associated'),
  networks: z.array(z.string()).describe("the hub's network connections that are associated with it"),
  isRead: z
    .boolean()
    .describe('false = the table, or routes that may be in it, were not polled, so that affected prefixes are unknown'),
  counts: prefixCountsSchema,
  cutOff: z.array(z.string()).describe('prefixes without a remaining path, at most 20'),
  failOver: z.array(z.string()).describe('prefixes that move to another path or a less specific prefix, at most 20'),
  unknown: z.array(z.string()).describe('prefixes with an unknown outcome, at most 20'),
})
export type WhatIfHubTable = z.infer<typeof whatIfHubTable>

const notModelled = z.object({ id: z.string(), text: z.string() })
export type WhatIfModelLimitation = z.infer<typeof notModelled>

export const whatIfSchema = z.object({
  at: z.string(),
  lost: z.array(lostResourceSchema),
  changed: z.array(
    z.object({
      term: z.string(),
      kind: z.enum(['prepend', 'weight', 'withdraw', 'bandwidth']),
      id: z.string(),
      name: z.string(),
    }),
  ),
  prefixes: z
    .array(whatIfRow)
    .describe('a row for each table and atom (the addresses of a prefix without its more specific prefixes)'),
  counts: z
    .record(z.enum(whatIfOutcomes), z.number().int())
    .describe('number of rows by outcome, including rows that `rows` leaves out'),
  hubTables: z
    .array(whatIfHubTable)
    .describe('route tables of Virtual WAN hubs that a network or a connection uses, with the outcomes in each'),
  load: z.array(whatIfLoadSchema),
  limits: z.array(whatIfLimit).describe('limits of affected resources that do not fail, the fullest first'),
  cost: whatIfCost.nullable().describe('null = unknown; `notModelled` contains the reason'),
  move: moveSchema.describe('whether the affected traffic moves, and what hinders it'),
  notModelled: z.array(notModelled),
})
export type WhatIfResult = z.infer<typeof whatIfSchema>

const count = z.int().min(0)

/**
 * The loss of a single resource, with the numbers of affected prefixes by outcome. A prefix counts once for each route
 * table that contains it.
 */
export const n1CaseSchema = lostResourceSchema.extend({
  stranded: count.describe('number of routes without a remaining path'),
  internet: count.describe('number of routes for which only the route to the Internet remains'),
  defaultOnly: count,
  moves: count.describe('number of routes that move to another path or a less specific prefix'),
  unknown: count,
  reduced: count,
  strandedPrefixes: count.describe(
    'number of different prefixes without a remaining path; a prefix can be cut off in several tables',
  ),
  saturated: count
    .nullable()
    .describe(
      'number of paths that the moved traffic would fill, by the sum of p95 rates, which is an estimate: the what-if of this failure has details; null = too few measurements',
    ),
  move: moveSchema.nullable().describe('whether the traffic moves; null = computed by an earlier version'),
  strandsSince: z
    .tuple([z.string().nullable(), z.string()])
    .nullable()
    .describe(
      'bounds of the time since which it cuts off prefixes; first bound null = unknown; null = it cuts off none',
    ),
  prefixes: z.array(z.string()).describe('cut-off prefixes, then prefixes that leave to the Internet, at most 20'),
  sites: z.array(
    z.object({
      site: z.string().nullable().describe('null = prefixes without a site'),
      stranded: count,
      internet: count,
      unknown: count,
      changed: count.describe('number of all rows of the site that change'),
      prefixes: z.array(z.string()).describe('cut-off prefixes of the site, at most 5'),
    }),
  ),
})
export type N1Case = z.infer<typeof n1CaseSchema>

/** The loss of two resources at the same time, with the numbers of prefixes that are affected only if both are lost. */
export const n2CaseSchema = z.object({
  lost: z.array(lostResourceSchema.omit({ paths: true })).length(2),
  stranded: count.describe('number of routes without a remaining path that keep a path in either failure alone'),
  internet: count.describe(
    'number of routes for which only the route to the Internet remains in the double failure, but not in either failure alone',
  ),
  unknown: count.describe('number of routes with an unknown outcome that is known in either failure alone'),
  strandedPrefixes: count.describe('number of different prefixes of `stranded`'),
  prefixes: z.array(z.string()).describe('these prefixes, at most 20'),
  sites: z.array(z.object({ site: z.string().nullable(), stranded: count, prefixes: z.array(z.string()) })),
})
export type N2Case = z.infer<typeof n2CaseSchema>

const n2States = ['none', 'queued', 'running', 'done', 'failed', 'cancelled'] as const

export const n2Schema = z.object({
  state: z.enum(n2States).describe('none = never requested'),
  requestedAt: instantCodec.nullable(),
  requestedBy: z.string().nullable(),
  startedAt: instantCodec.nullable(),
  finishedAt: instantCodec.nullable(),
  done: count.describe('number of pairs computed so far'),
  all: count.nullable().describe('number of all pairs; null = not counted yet'),
  error: z.string().nullable(),
  tablesAt: instantCodec.nullable().describe('end of the last poll of a table that was used'),
  isCurrent: z.boolean().nullable().describe('false = input data has changed since; null = not done, or unknown'),
  cases: z
    .array(n2CaseSchema)
    .describe('pairs that cut off more than both failures do separately, or may do so, at most 100, the worst first'),
  found: count.describe('number of all such pairs'),
  independent: count.describe(
    'number of pairs without a common table, for which the effects of both failures add up; part of `all`',
  ),
  notComputed: count.describe('number of pairs beyond the maximum that is computed'),
  most: count.describe('maximum number of pairs that are computed'),
})
export type DoubleLosses = z.infer<typeof n2Schema>

export const n2BodySchema = z.strictObject({
  customer: z.string().min(1).max(200).optional().describe('resources of one customer only'),
})
export type N2Body = z.infer<typeof n2BodySchema>

export const n1Schema = z.object({
  at: z.string().nullable().describe('time up to which all input data was unchanged; null = not computed yet'),
  computedAt: z.string().nullable().describe('null = not computed yet'),
  tablesAt: z.string().nullable().describe('end of the last poll of a table that was used; null = no table was polled'),
  cases: z.array(n1CaseSchema).describe('single failures with an effect, the worst first'),
  computed: count,
  notComputed: count.describe('number of failures beyond the maximum that is computed'),
})

import { z } from 'zod'
import { asPathText, circuitPaths, costMoney, instant, limitUse, peeringTypes } from '#lib/contract/index.ts'

/**
 * Outcomes of an atom in a what-if, in the order in which they are decided. An atom consists of the addresses of a
 * prefix that are in no more specific prefix of the same route table.
 */
export const whatIfOutcomes = ['stays', 'moves', 'covered', 'default_only', 'internet', 'stranded', 'unknown'] as const
export type WhatIfOutcome = (typeof whatIfOutcomes)[number]

const whatIfSides = ['azure', 'onprem'] as const

/**
 * One of the best paths of an atom. With ECMP, an atom has several. (An atom consists of the addresses of a prefix that
 * are in no more specific prefix.)
 */
const whatIfPath = z.object({
  peer: z.string().nullable().describe('address of the neighbor: of the MSEE, or of the device of a VPN'),
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
export type AssumedBecause = (typeof assumedBecause)[number]

/** The path attribute that made the used path better than the others (RFC 4271, section 9.1.2.2). */
export const decidingAttribute = z.object({
  by: z.enum(['local_preference', 'as_path', 'origin', 'med']),
  better: z.string(),
  worse: z.string(),
})
export type DecidingAttribute = z.infer<typeof decidingAttribute>

const offeredPath = z.object({
  circuitId: z.string().nullable().describe('null = a VPN'),
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths).nullable(),
  router: z.string().describe('its name, or its address'),
})

/** Reason for the assumption which of the offered paths the customer's routers use. */
const preferenceBasis = z.object({
  is: z
    .enum(['reported', 'partly_reported', 'assumed'])
    .describe(
      'reported = by what the customer’s routers report of every path (BMP, after their policy); partly_reported = of every path of a circuit, and a VPN that no router reports is assumed to come last; assumed = by AS path, ExpressRoute before VPN',
    ),
  because: z
    .enum(assumedBecause)
    .nullable()
    .describe(
      'why it is assumed: for one of the paths no router reports, its router was not observed then, reports no single route after its policy, no local preference, or what could not be read; or the routers are of several ASNs, or one’s own table (Loc-RIB) uses another path than these decide. Null = it is not',
    ),
  parted: decidingAttribute.nullable().describe('what decides before the loss, by reports; null = nothing does'),
  routes: z
    .array(
      offeredPath.extend({
        localPref: z.number(),
        med: z.number().nullable(),
        asPath: z.array(z.number()),
        asPathText,
        communities: z.array(z.string()),
        isUsed: z.boolean().describe('the router’s own table has this route; false = it has not, or is not reported'),
      }),
    )
    .describe('what routers report of the paths, whether it decides or not'),
  refused: z
    .array(offeredPath)
    .describe('paths that the router’s own policy does not take for the prefix: nothing goes by them'),
})
export type PreferenceBasis = z.infer<typeof preferenceBasis>

/**
 * Outcome of one atom in one route table. The atom consists of the addresses of `prefix` that are in no more specific
 * prefix of the table.
 */
const whatIfRow = z.object({
  prefix: z.string(),
  firstAddress: z.string().describe('the first address of the prefix that no longer prefix takes'),
  scope: z
    .string()
    .describe('the gateway or hub; on the customer’s side the one that announces the prefix, or the circuit'),
  scopeName: z.string(),
  side: z.enum(whatIfSides),
  site: z.string().nullable().describe('declared or learned; null = of none'),
  before: z.array(whatIfPath).describe('best paths now; empty = none'),
  after: z.array(whatIfPath),
  matchBefore: z.string().nullable().describe('the prefix that decides'),
  matchAfter: z.string().nullable(),
  outcome: z.enum(whatIfOutcomes),
  reduced: z.boolean().describe('it keeps fewer of its best paths, or of the instances that hold them'),
  basis: preferenceBasis.nullable().describe('of the customer’s side; null = Azure’s, or no path is offered'),
})
export type WhatIfRow = z.infer<typeof whatIfRow>

export const lossKinds = [
  'circuit',
  'path',
  'gateway',
  'instance',
  'hub',
  'port',
  'connection',
  'location',
  'provider',
  'router',
] as const
export type LossKind = (typeof lossKinds)[number]

/** A lost resource, as a term of `lose` names it, and the circuit paths that are lost with it. */
export const lostResource = z.object({
  term: z.string().describe('as it was sent'),
  kind: z.enum(lossKinds),
  id: z.string().nullable().describe('short id; null = a location, a provider or a router'),
  name: z.string(),
  paths: z.array(z.object({ circuitId: z.string(), peering: z.enum(peeringTypes), path: z.enum(circuitPaths) })),
})
export type LostResource = z.infer<typeof lostResource>

const loadMethods = ['aligned', 'sum_of_p95', 'unchanged', 'too_few_samples'] as const
export type LoadMethod = (typeof loadMethods)[number]

/** Load of a path that takes over traffic, in one direction, from measurements of the last 30 days. */
export const whatIfLoad = z.object({
  circuitId: z.string(),
  peering: z.enum(peeringTypes),
  path: z.enum(circuitPaths),
  direction: z.enum(['in', 'out']).describe('in = to Azure, out = from Azure'),
  p95BitsPerSecond: z
    .object({ atLeast: z.number().int(), atMost: z.number().int() })
    .nullable()
    .describe('null = too little was measured'),
  sumOfP95: z
    .number()
    .int()
    .nullable()
    .describe('own p95 and that of what may come, added: neither of the two bounds the other'),
  ownP95: z.number().int().nullable().describe('what it carries now'),
  bandwidthMbps: z.number().nullable().describe('of one path'),
  share: z.number().nullable().describe('of one path: the most that it would carry by its bandwidth'),
  method: z.enum(loadMethods),
})
export type WhatIfLoad = z.infer<typeof whatIfLoad>

/** How much of one of Azure's limits is used after the failure or change. */
const whatIfLimit = z.object({
  scope: z.string(),
  scopeName: z.string(),
  name: z.enum([...limitUse.shape.name.options, 'gateway_throughput', 'path_bandwidth', 'peering_prefixes']),
  limit: z.number(),
  atLeast: z.number(),
  atMost: z.number(),
  share: z.number().describe('atMost / limit'),
  source: z.string().describe('address of the documentation that states the limit'),
})
export type WhatIfLimit = z.infer<typeof whatIfLimit>

const moneyBounds = z.object({ atLeast: costMoney, atMost: costMoney })

/**
 * Cost of a whole month with the moved traffic. It is based on how circuits are currently billed and on the likely
 * traffic of this month.
 */
const whatIfCost = z.object({
  month: z.string().describe('whose traffic it is'),
  madeAt: instant.describe('when the oldest of the forecasts was made'),
  circuits: z.array(
    z.object({
      circuitId: z.string(),
      circuitName: z.string(),
      now: costMoney.nullable().describe('null = it has no price, or its traffic is not known'),
      after: moneyBounds.nullable().describe('a circuit that is lost is paid for still; null = not known'),
      unknownBecause: z.string().nullable(),
    }),
  ),
  differences: z
    .array(moneyBounds)
    .describe(
      'of all circuits together, by currency: less at the least, more at the most; empty = one of them is not known',
    ),
})
export type WhatIfCost = z.input<typeof whatIfCost>

const notModelled = z.object({ id: z.string(), text: z.string() })
export type NotModelled = z.infer<typeof notModelled>

export const whatIf = z.object({
  at: z.string(),
  lost: z.array(lostResource),
  changed: z.array(
    z.object({
      term: z.string(),
      kind: z.enum(['prepend', 'weight', 'withdraw', 'bandwidth']),
      id: z.string(),
      name: z.string(),
    }),
  ),
  prefixes: z.array(whatIfRow).describe('one for each table and atom'),
  counts: z
    .record(z.enum(whatIfOutcomes), z.number().int())
    .describe('rows by outcome, also of those that `rows` leaves out'),
  load: z.array(whatIfLoad),
  limits: z.array(whatIfLimit).describe('of what is touched and not lost, the fullest first'),
  cost: whatIfCost.nullable().describe('null = it is not said: why is in `notModelled`'),
  notModelled: z.array(notModelled),
})
export type WhatIf = z.infer<typeof whatIf>

const count = z.int().min(0)

/** A single loss, with the number of affected prefixes (rows of its what-if) by outcome. */
export const n1Case = lostResource.extend({
  stranded: count.describe('no route left'),
  internet: count.describe('no route but the one to the Internet'),
  defaultOnly: count,
  moves: count.describe('by another path or a shorter prefix'),
  unknown: count,
  reduced: count,
  strandedPrefixes: count.describe('different prefixes with no route left: one may be stranded in several tables'),
  saturated: count
    .nullable()
    .describe(
      'paths that what moves would fill, by p95 added, which bounds nothing: its own what-if says more; null = too little was measured',
    ),
  strandsSince: z
    .tuple([z.string().nullable(), z.string()])
    .nullable()
    .describe(
      'since when it strands something; the first null = nobody knows whether it did before; null = it strands nothing',
    ),
  prefixes: z.array(z.string()).describe('what is stranded, then what leaves to the Internet, at most 20'),
  sites: z.array(
    z.object({
      site: z.string().nullable().describe('null = of no site'),
      stranded: count,
      internet: count,
      unknown: count,
      changed: count.describe('all of its rows that change'),
      prefixes: z.array(z.string()).describe('what is stranded there, at most 5'),
    }),
  ),
})
export type N1Case = z.infer<typeof n1Case>

/** Two losses together, with the number of prefixes that only both losses together affect. */
export const n2Case = z.object({
  lost: z.array(lostResource.omit({ paths: true })).length(2),
  stranded: count.describe('no route left, of what keeps one with either loss alone'),
  internet: count.describe('no route but the one to the Internet, by both together alone'),
  unknown: count.describe('not known, of what is known with either alone'),
  strandedPrefixes: count.describe('different prefixes of `stranded`'),
  prefixes: z.array(z.string()).describe('of those, at most 20'),
  sites: z.array(z.object({ site: z.string().nullable(), stranded: count, prefixes: z.array(z.string()) })),
})
export type N2Case = z.infer<typeof n2Case>

const n2States = ['none', 'queued', 'running', 'done', 'failed', 'cancelled'] as const

export const n2 = z.object({
  state: z.enum(n2States).describe('none = nobody asked for it yet'),
  requestedAt: instant.nullable(),
  requestedBy: z.string().nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  done: count.describe('pairs that are computed so far'),
  all: count.nullable().describe('pairs that will be; null = not counted yet'),
  error: z.string().nullable(),
  tablesAt: instant.nullable().describe('end of the last poll of a table that it rests on'),
  isCurrent: z
    .boolean()
    .nullable()
    .describe('false = something that it rests on has changed since; null = it is not done, or not known'),
  cases: z.array(n2Case).describe('pairs that strand more than both do alone, or might, at most 100, the worst first'),
  found: count.describe('all such pairs'),
  independent: count.describe('pairs that share no table, so that both break what each breaks alone; part of `all`'),
  notComputed: count.describe('pairs beyond the most that are computed'),
  most: count.describe('the most pairs that are computed'),
})
export type N2 = z.infer<typeof n2>

export const n2Body = z.strictObject({
  customer: z.string().min(1).max(200).optional().describe('of the parts of one customer; as in the question'),
})
export type N2Body = z.infer<typeof n2Body>

export const n1 = z.object({
  at: z.string().nullable().describe('until then nothing that it rests on had changed; null = not computed yet'),
  computedAt: z.string().nullable().describe('null = not computed yet'),
  tablesAt: z.string().nullable().describe('end of the last poll of a table that it rests on; null = none was read'),
  cases: z.array(n1Case).describe('single losses that change anything, the worst first'),
  computed: count,
  notComputed: count.describe('cases beyond the most that are computed'),
})

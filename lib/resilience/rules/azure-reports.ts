import {
  type AzureGatewayReports,
  type AzureRouteSets,
  type CircuitPath,
  circuitPaths,
  type EpochMs,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type {
  AzureReportPartState,
  AzureReportDifferenceReason,
  AzureRouteDifference,
  AzureRouteRankComparison,
} from '../api/index.ts'

/** The circuits over which a gateway learned a prefix. */
interface LearnedBy {
  /** Short ids of the circuits. */
  circuits: ReadonlySet<string>
  /** true if a route to the prefix was learned from a neighbor whose circuit is unknown */
  hasUnmapped: boolean
}

/** The prefixes that a gateway had learned at a moment. */
export interface LearnedPrefixesAtMoment {
  /** True if the route table of the gateway was read completely. */
  isSeen: boolean
  prefixes: ReadonlyMap<string, LearnedBy>
}

const NOTHING: LearnedBy = { circuits: new Set(), hasUnmapped: false }
const areSame = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((item) => other.has(item))

/**
 * Returns the state of one of Azure's reports. Azure answers 400 or 405 if it does not support the report for the
 * gateway.
 */
export function judgeAzureReportState({
  outcome,
  httpStatus,
  data,
}: AzureGatewayReports[keyof AzureGatewayReports]): AzureReportPartState {
  if (data !== null) return 'read'
  if (outcome === 'forbidden' || outcome === 'unauthorized') return 'refused'
  return httpStatus === 400 || httpStatus === 405 ? 'unsupported' : 'failed'
}

/**
 * Compares the routes that Azure reports for a gateway with the prefixes that Peerwatch found in the route table of the
 * gateway.
 * @param now prefixes in the current route table
 * @param computed prefixes at the time at which Azure computed its report. If they agree with the report, the routes
 *   have changed since then.
 * @param circuitOf returns the short id of a circuit by its name in Azure's report; null = the inventory does not
 *   contain it
 */
export function compareRoutes(
  sets: AzureRouteSets,
  {
    now,
    computed,
    circuitOf,
  }: { now: LearnedPrefixesAtMoment; computed: LearnedPrefixesAtMoment; circuitOf: (key: string) => string | null },
): { agreed: number; differences: AzureRouteDifference[] } {
  const azure = new Map(sets.routes.map(({ prefix, circuits }) => [prefix, circuits]))
  const ours = [...now.prefixes].filter(([, { circuits, hasUnmapped }]) => circuits.size > 0 || hasUnmapped)
  const differences: AzureRouteDifference[] = []
  const prefixes = new Set([...azure.keys(), ...ours.map(([prefix]) => prefix)])
  for (const prefix of prefixes) {
    const keys = azure.get(prefix) ?? []
    const own = now.prefixes.get(prefix) ?? NOTHING
    const stated = new Set(keys.map((key) => circuitOf(key) ?? sets.circuits[key]?.name ?? key))
    if (areSame(stated, own.circuits) && !own.hasUnmapped) continue
    const before = computed.prefixes.get(prefix) ?? NOTHING
    const why = (): AzureReportDifferenceReason => {
      if (!now.isSeen) return 'not_seen'
      if (keys.some((key) => circuitOf(key) === null)) return 'circuit_unknown'
      if (computed.isSeen && areSame(stated, before.circuits) && !before.hasUnmapped) return 'age'
      if (own.hasUnmapped) return 'unmapped'
      return computed.isSeen ? 'unexplained' : 'not_seen'
    }
    differences.push({ prefix, azure: [...stated].toSorted(), ours: [...own.circuits].toSorted(), reason: why() })
  }
  return { agreed: prefixes.size - differences.length, differences }
}

/** Rank of a circuit path for a prefix, according to Peerwatch's rules. */
export interface PathRank {
  circuit: string
  path: CircuitPath
  rank: number
  why: string
}

/** Ranks of all paths by prefix, from the route table of a gateway; null = the table was not read completely. */
export type PathRanksByPrefix = ReadonlyMap<string, readonly PathRank[]> | null

/**
 * Compares Azure's ranks of the paths of each prefix with Peerwatch's ranks. Only the order of the paths that both
 * contain is compared, because Azure does not publish the scale of its ranks.
 * @param now ranks from the current route table
 * @param computed ranks at the time at which Azure computed its report
 * @param circuitOf returns the short id of a circuit by its name in Azure's report; null = the inventory does not
 *   contain it
 */
export function compareRouteRanksWithAzure(
  sets: AzureRouteSets,
  {
    now,
    computed,
    circuitOf,
  }: { now: PathRanksByPrefix; computed: PathRanksByPrefix; circuitOf: (key: string) => string | null },
): AzureRouteRankComparison[] {
  return sets.routes.flatMap(({ prefix, ranks = [] }): AzureRouteRankComparison[] => {
    const azure = ranks.flatMap(({ circuit, primary, secondary }) =>
      circuitPaths.flatMap((path) => {
        const rank = path === 'primary' ? primary : secondary
        return rank === null ? [] : [{ key: circuit, circuit: circuitOf(circuit) ?? circuit, path, rank }]
      }),
    )
    if (azure.length === 0) return []
    const ours = now?.get(prefix) ?? []
    const order = orderOf(azure.map((one) => ({ ...one, rank: Number(one.rank) })))
    const isSame = (other: readonly PathRank[]) => isSameOrder(order, orderOf(other))
    const why = (): AzureReportDifferenceReason | null => {
      if (now === null) return 'not_seen'
      if (azure.some(({ key }) => circuitOf(key) === null)) return 'circuit_unknown'
      if (ours.length > 0 && isSame(ours)) return null
      const before = computed?.get(prefix) ?? []
      if (before.length > 0 && isSame(before)) return 'age'
      if (ours.length === 0) return 'unmapped'
      return ours.length > 1 && new Set(ours.map(({ rank }) => rank)).size === 1 ? 'equal_routes' : 'unexplained'
    }
    return [
      {
        prefix,
        azure: azure.map(({ circuit, path, rank }) => ({ circuit, path, rank })),
        ours: [...ours],
        reason: why(),
      },
    ]
  })
}

const orderOf = (ranks: readonly Pick<PathRank, 'circuit' | 'path' | 'rank'>[]) =>
  new Map(ranks.map(({ circuit, path, rank }) => [`${circuit}/${path}`, rank]))

/**
 * Reports whether two rankings order every pair of paths equally. Paths that are in only one of the rankings are
 * ignored.
 */
function isSameOrder(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const both = [...one].flatMap(([path, rank]) => {
    const own = other.get(path)
    return own === undefined || Number.isNaN(rank) ? [] : [{ rank, own }]
  })
  return (
    both.length > 0 && both.every((a) => both.every((b) => Math.sign(a.rank - b.rank) === Math.sign(a.own - b.own)))
  )
}

/**
 * Returns the prefixes that are carried by only one peering location according to Azure. A circuit whose location is
 * unknown counts as a separate location.
 */
export function findNonRedundantPrefixes({ routes, circuits }: AzureRouteSets): string[] {
  const placeOf = (key: string) => (circuits[key]?.location ?? key).toLowerCase()
  return routes.filter((route) => new Set(route.circuits.map(placeOf)).size < 2).map(({ prefix }) => prefix)
}

/**
 * Compares the prefixes that were lost in a failover test of a site in Azure with the prefixes that should have been
 * lost. All circuits of the latter end at the site, according to the route table at the begin of the test.
 * @param locationOf returns the peering location of a circuit by short id, in lower case; null = unknown
 */
export function compareFailoverTest(
  { location, lost }: { location: string; lost: readonly string[] | null },
  then: LearnedPrefixesAtMoment,
  locationOf: (circuit: string) => string | null,
): { predicted: string[] | null; reason: AzureReportDifferenceReason | null } {
  if (!then.isSeen) return { predicted: null, reason: 'not_seen' }
  const place = location.toLowerCase()
  const carried = [...then.prefixes].filter(([, { circuits }]) => circuits.size > 0)
  const predicted = carried
    .filter(([, { circuits }]) => [...circuits].every((circuit) => locationOf(circuit) === place))
    .map(([prefix]) => prefix)
  if (lost === null) return { predicted, reason: 'not_read' }
  const differing = [...predicted, ...lost].filter((prefix) => predicted.includes(prefix) !== lost.includes(prefix))
  if (differing.length === 0) return { predicted, reason: null }
  const own = differing.map((prefix) => then.prefixes.get(prefix) ?? NOTHING)
  if (own.some(({ hasUnmapped }) => hasUnmapped)) return { predicted, reason: 'unmapped' }
  const isPlaced = own.every(({ circuits }) => [...circuits].every((circuit) => locationOf(circuit) !== null))
  return { predicted, reason: isPlaced ? 'unexplained' : 'location_unknown' }
}

/** Peerwatch's own data about a gateway, for comparison with Azure's resiliency score. */
interface ScoredFacts {
  /**
   * number of prefixes that are carried by at least two peering locations, and number of all prefixes; null = the route
   * table was not read
   */
  routes: { redundant: number; all: number } | null
  /** result of the check whether the gateway is in several availability zones; null = there is no result */
  zones: 'pass' | 'fail' | 'unknown' | null
  /** Times of the newest failover test of each peering location in Azure; null = they were not read. */
  tests: readonly EpochMs[] | null
  computedAt: EpochMs | null
}

interface Scored {
  ours: string | null
  reason: AzureReportDifferenceReason | null
}

/**
 * Computes a component of Azure's resiliency score from Peerwatch's own data.
 * @source learn.microsoft.com/azure/expressroute/resiliency-insights: routes over two locations score 20 points, over
 *   one location 5; the points are multiplied by 4, 3 or 2 after a test of both locations within 30, 60 or 90 days, and
 *   by half of that factor after a test of only one; the score for a mixture of routes is not published
 */
export function compareScoreComponent(
  { name, score, most }: { name: string; score: number | null; most: number | null },
  facts: ScoredFacts,
): Scored {
  if (/zone/i.test(name)) {
    if (facts.zones === null || facts.zones === 'unknown') return { ours: null, reason: 'not_read' }
    const isSame = score === null || (score === most) === (facts.zones === 'pass')
    const ours = facts.zones === 'pass' ? 'SKU and addresses span zones' : 'SKU or addresses do not span zones'
    return { ours, reason: isSame ? null : 'unexplained' }
  }
  if (/route/i.test(name)) return compareRouteScore(score, facts)
  return { ours: null, reason: /advi|recommend/i.test(name) ? 'not_read' : 'not_published' }
}

function compareRouteScore(score: number | null, { routes, tests, computedAt }: ScoredFacts): Scored {
  if (routes === null) return { ours: null, reason: 'not_read' }
  const ours = `${routes.redundant} of ${routes.all} prefixes by two peering locations`
  if (score === null) return { ours, reason: null }
  if (tests === null || computedAt === null) return { ours, reason: 'not_read' }
  if (routes.redundant > 0 && routes.redundant < routes.all) return { ours, reason: 'not_published' }
  const newest = tests.length === 0 ? Number.POSITIVE_INFINITY : (computedAt - Math.max(...tests)) / MS_PER_DAY
  const times = newest <= 30 ? 4 : newest <= 60 ? 3 : newest <= 90 ? 2 : 1
  const points = (routes.redundant > 0 ? 20 : 5) * (times > 1 && tests.length < 2 ? times / 2 : times)
  return { ours: `${ours}: ${points} points`, reason: points === score ? null : 'unexplained' }
}

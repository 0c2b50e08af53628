import {
  type IpAddress,
  type CandidateRoute,
  formatPrefix,
  parsePrefix,
  PrefixTrie,
  rankCandidates,
  type RankedCandidate,
} from '#lib/bgp/index.ts'

/** Routing table as a prefix trie. Each prefix has one entry with all routes to it. */
type Rib<C extends CandidateRoute> = PrefixTrie<readonly C[]>

/** Result of looking up an address in a set of routes. */
interface Lookup<C extends CandidateRoute> {
  /**
   * prefix of the route in use, in canonical form. It is the longest prefix that covers the address, unless a system
   * route has priority; null if no route covers the address
   */
  match: string | null
  /**
   * All routes that cover the address. The routes with rank 1 are in use. Those with rank 2 would be used if the routes
   * with rank 1 disappeared, and so on
   */
  candidates: RankedCandidate<C>[]
}

/**
 * Builds the routing table for lookups.
 * @throws RangeError if a route's prefix is invalid
 */
export function buildRoutingTableForLookups<C extends CandidateRoute>(routes: Iterable<C>): Rib<C> {
  let rib: Rib<C> = PrefixTrie.empty()
  for (const [text, same] of Map.groupBy(routes, ({ prefix }) => prefix)) {
    const prefix = parsePrefix(text)
    if (!prefix) throw new RangeError(`no prefix: ${text}`)
    rib = rib.insert(prefix, [...(rib.get(prefix) ?? []), ...same])
  }
  return rib
}

/**
 * Returns the routes that cover an address, in order of preference.
 * @param rank function that orders the routes by the preference of the device that forwards packets; by default, as a
 *   gateway does
 */
export function rankPathsToAddress<C extends CandidateRoute>(
  rib: Rib<C>,
  address: IpAddress,
  rank: (candidates: readonly C[]) => RankedCandidate<C>[] = rankCandidates,
): Lookup<C> {
  const candidates = rank(rib.matches(address).flatMap(({ value }) => value))
  const used = parsePrefix(candidates[0]?.prefix ?? '')
  return { match: used && formatPrefix(used), candidates }
}

/** Looks up an address in a small set of routes, such as the rows of a query, without a prepared routing table. */
export function lookUpInRoutes<C extends CandidateRoute>(
  routes: Iterable<C>,
  address: IpAddress,
  rank?: (candidates: readonly C[]) => RankedCandidate<C>[],
): Lookup<C> {
  return rankPathsToAddress(buildRoutingTableForLookups(routes), address, rank)
}

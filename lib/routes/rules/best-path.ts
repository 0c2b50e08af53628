import {
  type Address,
  type Candidate,
  formatPrefix,
  parsePrefix,
  PrefixTrie,
  rankCandidates,
  type Ranked,
} from '#lib/bgp/index.ts'

/** Routes by prefix, with one entry for each prefix that has all routes to it. */
type Rib<C extends Candidate> = PrefixTrie<readonly C[]>

/** Result of a lookup of an address in a set of routes. */
interface Lookup<C extends Candidate> {
  /**
   * canonical prefix of the route in use, which is the longest prefix unless a system route takes precedence; null if
   * no route covers the address
   */
  match: string | null
  /** every route that covers the address; rank 1 is in use, and the other routes follow if it disappears */
  candidates: Ranked<C>[]
}

/**
 * Builds the lookup structure for a set of routes.
 * @throws RangeError if a route's prefix is invalid
 */
export function ribOf<C extends Candidate>(routes: Iterable<C>): Rib<C> {
  let rib: Rib<C> = PrefixTrie.empty()
  for (const [text, same] of Map.groupBy(routes, ({ prefix }) => prefix)) {
    const prefix = parsePrefix(text)
    if (!prefix) throw new RangeError(`no prefix: ${text}`)
    rib = rib.insert(prefix, [...(rib.get(prefix) ?? []), ...same])
  }
  return rib
}

/**
 * Returns the routes that an address takes.
 * @param rank function that orders the routes as the forwarding device prefers them; default: as a gateway prefers them
 */
export function bestPath<C extends Candidate>(
  rib: Rib<C>,
  address: Address,
  rank: (candidates: readonly C[]) => Ranked<C>[] = rankCandidates,
): Lookup<C> {
  const candidates = rank(rib.matches(address).flatMap(({ value }) => value))
  const used = parsePrefix(candidates[0]?.prefix ?? '')
  return { match: used && formatPrefix(used), candidates }
}

/** Returns the routes that an address takes in a small set of routes, such as the rows of a database query. */
export function lookup<C extends Candidate>(
  routes: Iterable<C>,
  address: Address,
  rank?: (candidates: readonly C[]) => Ranked<C>[],
): Lookup<C> {
  return bestPath(ribOf(routes), address, rank)
}

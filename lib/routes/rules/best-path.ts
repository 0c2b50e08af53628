import {
  type Address,
  type Candidate,
  formatPrefix,
  parsePrefix,
  PrefixTrie,
  rankCandidates,
  type Ranked,
} from '#lib/bgp/index.ts'

/** Routes by prefix: one entry for each prefix, with every route to it. */
type Rib<C extends Candidate> = PrefixTrie<readonly C[]>

/** Where an address goes: the answer's part of the API's route look-up. */
interface Lookup<C extends Candidate> {
  /** the prefix of what is in use, canonical text: the longest, unless a system route precedes it; null if nothing covers the address */
  match: string | null
  /** every route that covers the address: rank 1 is in use, the others are what remains without it */
  candidates: Ranked<C>[]
}

/**
 * Builds the look-up structure of a set of routes.
 * @throws RangeError if a route's prefix is none
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
 * Where an address goes by these routes.
 * @param rank the preference order of whoever forwards: a gateway's unless said otherwise
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

/** Where an address goes by a handful of routes, such as the rows that a database query found to cover it. */
export function lookup<C extends Candidate>(
  routes: Iterable<C>,
  address: Address,
  rank?: (candidates: readonly C[]) => Ranked<C>[],
): Lookup<C> {
  return bestPath(ribOf(routes), address, rank)
}

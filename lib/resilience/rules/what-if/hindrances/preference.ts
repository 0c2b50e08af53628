import { computeAsPathLength, findBestCandidates, MSEE_ASN } from '#lib/bgp/index.ts'
import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { WhatIfFailure } from '../what-if-failure.ts'
import type { WhatIfRib } from '../what-if-rows.ts'
import type { WhatIfRoute } from '../what-if-route.ts'
import {
  type PrefixFailoverHindrance,
  listRouteCircuits,
  type TrafficMoveInput,
  type WhatIfRowWithChangedPaths,
} from './moved-row.ts'

const lengthOf = (route: WhatIfRoute): number => route.asPathLength ?? computeAsPathLength(route)
const weightOf = ({ connectionWeight }: WhatIfRoute): number => connectionWeight ?? 0

/** Returns the shortest AS path length of each circuit. */
function lengthsByCircuit(routes: readonly WhatIfRoute[]): Map<string, number> {
  const lengths = new Map<string, number>()
  for (const route of routes)
    if (route.circuit !== null)
      lengths.set(route.circuit, Math.min(lengths.get(route.circuit) ?? Number.POSITIVE_INFINITY, lengthOf(route)))
  return lengths
}

const formatPair = (one: string, other: string): string => [one, other].toSorted().join(' ')

/** Returns the pairs of circuits whose AS paths have different lengths for at least half of their common prefixes. */
const orderedPairs = memoizePerObject(({ atoms }: WhatIfRib): ReadonlySet<string> => {
  const pairs = new Map<string, { ordered: number; equal: number }>()
  for (const { routes } of atoms) {
    const lengths = [...lengthsByCircuit(routes)]
    for (const [n, [one, length]] of lengths.entries())
      for (const [other, otherLength] of lengths.slice(n + 1)) {
        const key = formatPair(one, other)
        const pair = pairs.get(key) ?? { ordered: 0, equal: 0 }
        pair[length === otherLength ? 'equal' : 'ordered'] += 1
        pairs.set(key, pair)
      }
  }
  return new Set([...pairs].flatMap(([key, { ordered, equal }]) => (ordered >= equal && ordered > 0 ? [key] : [])))
})

/**
 * Reports whether the customer prepends, that is, an ASN is repeated in the AS path, or the what-if repeats it.
 * Prepends by Microsoft during maintenance are ignored.
 */
const isPrepended = (route: WhatIfRoute): boolean =>
  route.asPath.some((asn, n) => asn !== MSEE_ASN && asn === route.asPath[n + 1]) ||
  lengthOf(route) > computeAsPathLength(route)

/**
 * Finds prefixes whose traffic is shared by two circuits because their AS paths are equally long, although one of them
 * should probably be preferred. This is probable if only one of the circuits prepends, or if the lengths differ for at
 * least half of the prefixes that both carry.
 */
export function findHindrancesByEqualPathLengths(
  { row, rib, used, next, lost }: WhatIfRowWithChangedPaths,
  { nameOf }: TrafficMoveInput,
  failure: WhatIfFailure,
): PrefixFailoverHindrance[] {
  if (row.side !== 'azure') return []
  const failing = new Set(listRouteCircuits(lost))
  const shared = [used, next].find((routes) => listRouteCircuits(routes).length > 1)
  if (!shared) return []
  const circuits = listRouteCircuits(shared).toSorted((a, b) => Number(failing.has(b)) - Number(failing.has(a)))
  const prepending = circuits.filter((id) => shared.some((route) => route.circuit === id && isPrepended(route)))
  for (const [n, one] of circuits.entries())
    for (const other of circuits.slice(n + 1)) {
      const prepends = [one, other].filter((id) => prepending.includes(id))
      // If the what-if itself adds prepends, the lengths for the other prefixes change as well and are not compared.
      const isOrdered =
        ![one, other].some((id) => failure.prepends.has(id)) && orderedPairs(rib).has(formatPair(one, other))
      if (prepends.length !== 1 && !isOrdered) continue
      const although =
        prepends.length === 1 ? `${nameOf(prepends[0] ?? '')} prepends` : 'their lengths differ for other prefixes'
      return [
        {
          kind: 'equal_length',
          scope: failing.has(one) ? other : one,
          prefix: row.prefix,
          formatText: (prefixes) =>
            `${nameOf(one)} and ${nameOf(other)} share ${prefixes} by equally long AS paths, although ${although}.`,
        },
      ]
    }
  return []
}

/** Finds prefixes for which the weight of a connection takes precedence over the shorter AS path of another circuit. */
export function findWeightsOverAsPath(
  { row, used, next, lost, left, rest }: WhatIfRowWithChangedPaths,
  facts: TrafficMoveInput,
): PrefixFailoverHindrance[] {
  if (row.side !== 'azure') return []
  const { nameOf } = facts
  const pairs = [
    ...used.filter((route) => lost.includes(route)).flatMap((better) => left.map((worse) => ({ better, worse }))),
    ...next.flatMap((better) => rest.map((worse) => ({ better, worse }))),
  ]
  const found = pairs.find(
    ({ better, worse }) =>
      better.circuit !== null &&
      worse.circuit !== null &&
      better.circuit !== worse.circuit &&
      weightOf(better) > weightOf(worse) &&
      lengthOf(better) > lengthOf(worse),
  )
  if (!found) return []
  const { better, worse } = found
  const [ahead, behind] = [nameOf(better.circuit ?? ''), nameOf(worse.circuit ?? '')]
  return [
    {
      kind: 'weight_over_as_path',
      scope: worse.circuit,
      prefix: row.prefix,
      formatText: (prefixes) =>
        `${behind} has ${prefixes} and is not chosen, because the connection of ${ahead} has the weight ${weightOf(better)} against ${weightOf(worse)}, in spite of its longer AS path (${lengthOf(better)} against ${lengthOf(worse)}).`,
    },
  ]
}

const preferenceNames = { vpn: 'VPN to ExpressRoute', asPath: 'the shorter AS path to ExpressRoute' } as const

/**
 * Finds prefixes for which a hub or Route Server prefers another route to the route over a circuit, because of its
 * routing preference.
 */
export function findHindrancesByHubPreference(
  { row, rib, next, rest }: WhatIfRowWithChangedPaths,
  { nameOf }: TrafficMoveInput,
): PrefixFailoverHindrance[] {
  const { preference, scope } = rib.table
  if (row.side !== 'azure' || preference === 'expressRoute' || next.length === 0) return []
  const [passed] = listRouteCircuits(findBestCandidates(rest, 'expressRoute'))
  if (passed === undefined || next.some(({ transport }) => transport === 'er')) return []
  return [
    {
      kind: 'hub_preference',
      scope: passed,
      prefix: row.prefix,
      formatText: (prefixes) =>
        `${nameOf(passed)} has ${prefixes} and is not chosen, because ${nameOf(scope)} prefers ${preferenceNames[preference]}.`,
    },
  ]
}

import { compareAddresses, detectAddressFamily, MSEE_ASN, parseAddress } from '#lib/bgp/index.ts'
import { INSTANT_BEFORE_MONITORING, type TimestampBounds, type CircuitPath, circuitPaths } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { RouteAtMoment } from '#lib/history/index.ts'
import { type GatewayResource, buildNeighborMappingKey } from '#lib/questions/index.ts'
import type { NeighborsWithUnknownCircuitPath, CandidateCircuitPath } from '../../rules/index.ts'
import type { WhatIfFacts } from './what-if-facts.ts'
import type { PathRouteTable, WhatIfRouteRows } from './table-rows.ts'

/** Earliest and latest time since which each prefix has been present without interruption, by prefix. */
type PrefixAges = ReadonlyMap<string, TimestampBounds>

/**
 * Prefixes that the customer announces over private peering, by circuit and path. A path is missing if its route table
 * was not read.
 */
export type CustomerPrefixesByCircuitPath = ReadonlyMap<string, PrefixAges>

const placeKey = ({ circuit, path }: Pick<CandidateCircuitPath, 'circuit' | 'path'>): string => `${circuit}/${path}`

export function findAnnouncedPrefixes(
  read: WhatIfRouteRows,
  tables: readonly PathRouteTable[],
): CustomerPrefixesByCircuitPath {
  return new Map(
    tables
      .filter(({ of }) => of.peering === 'private' && read.seen.has(of.circuit) && !read.unseen.has(of.circuit))
      .map(({ of, fromCustomer }) => [placeKey(of), new Map(fromCustomer.map(({ prefix, since }) => [prefix, since]))]),
  )
}

/**
 * Returns the paths of a circuit on which the customer announces a prefix; undefined if no route table of the circuit
 * was read.
 */
export function findPathsAnnouncingPrefix(
  announced: CustomerPrefixesByCircuitPath,
  circuit: string,
  prefix: string,
): CircuitPath[] | undefined {
  const all = circuitPaths.filter((path) => announced.has(placeKey({ circuit, path })))
  return all.length === 0 ? undefined : all.filter((path) => announced.get(placeKey({ circuit, path }))?.has(prefix))
}

/** The circuit path of each BGP neighbor of a gateway, as far as it is known. */
export interface GatewayNeighborPathLookup {
  /** Returns the circuit path of a neighbor; null = unknown. */
  pathOf: (neighbor: string) => { circuit: string; path: CircuitPath } | null
  open: readonly NeighborsWithUnknownCircuitPath[]
}

/**
 * Determines the circuit path of each BGP neighbor of a gateway. The stored assignment is used, unless it was only
 * guessed from the order of the addresses. In that case, the current route tables decide. If they cannot decide, the
 * neighbor is listed in `open`, and the guessed path is returned as well.
 * @param learned rows of the gateway's tables of learned routes
 */
export function readNeighborPaths(
  { resource: { id } }: GatewayResource,
  facts: WhatIfFacts,
  learned: readonly RouteAtMoment[],
  announced: CustomerPrefixesByCircuitPath,
): GatewayNeighborPathLookup {
  const links = facts.links.get(id) ?? []
  const held = prefixesByNeighbor(learned)
  const mapped = new Map<string, { circuit: string; path: CircuitPath }>()
  const open: NeighborsWithUnknownCircuitPath[] = []
  for (const family of [4, 6] as const) {
    const places = facts.paths.flatMap(({ circuit, peering, path, customer }): CandidateCircuitPath[] => {
      const link = links.find((one) => one.circuit === circuit)
      if (!link || peering !== 'private' || !customer.some((address) => detectAddressFamily(address) === family))
        return []
      return [{ circuit, path, connection: link.connection }]
    })
    const ordered = new Map<string, string[]>()
    const unmapped: string[] = []
    const taken = new Set<string>()
    for (const neighbor of neighborsOf(facts, id, family)) {
      const mapping = facts.mappings.get(buildNeighborMappingKey(id, neighbor))
      if (!mapping || mapping.confidence === 'unknown') {
        unmapped.push(neighbor)
        continue
      }
      const { circuitId: circuit, path } = mapping
      mapped.set(neighbor, { circuit, path })
      if (mapping.isOrdered) ordered.set(circuit, [...(ordered.get(circuit) ?? []), neighbor])
      else taken.add(placeKey({ circuit, path }))
    }
    const isFree = (place: CandidateCircuitPath) => !taken.has(placeKey(place))
    for (const [circuit, neighbors] of ordered) {
      const own = inOrder(places.filter((place) => place.circuit === circuit && isFree(place)))
      const placement = likeliestPlacement(neighbors, own, held, announced)
      for (const [n, place] of (placement ?? []).entries()) mapped.set(neighbors[n] ?? '', place)
      if (placement === null && own.length >= neighbors.length) open.push({ gateway: id, neighbors, places: own })
    }
    for (const neighbor of [...ordered.values()].flat())
      taken.add(placeKey(mapped.get(neighbor) ?? { circuit: '', path: 'primary' }))
    const left = inOrder(places.filter(isFree))
    // Neighbors without routes are left out, because they have no effect and may already be removed.
    const own = unmapped.length > left.length ? unmapped.filter((neighbor) => held.has(neighbor)) : unmapped
    if (own.length > 0 && own.length <= left.length) open.push({ gateway: id, neighbors: own, places: left })
  }
  return { pathOf: (neighbor) => mapped.get(neighbor) ?? null, open }
}

function neighborsOf({ neighbors }: WhatIfFacts, gateway: string, family: 4 | 6): string[] {
  const own = [...(neighbors.get(gateway) ?? [])].filter((address) => detectAddressFamily(address) === family)
  const order = (a: string, b: string): number => {
    const [first, second] = [parseAddress(a), parseAddress(b)]
    return first && second ? compareAddresses(first, second) : a.localeCompare(b)
  }
  return own.toSorted(order)
}

const inOrder = (places: readonly CandidateCircuitPath[]): CandidateCircuitPath[] =>
  places.toSorted((a, b) => a.circuit.localeCompare(b.circuit) || a.path.localeCompare(b.path))

/**
 * Returns the prefixes of each BGP neighbor, with the time since which each of them is present. If several gateway
 * instances have the prefix, the oldest time is used.
 */
function prefixesByNeighbor(learned: readonly RouteAtMoment[]): Map<string, Map<string, TimestampBounds>> {
  const held = new Map<string, Map<string, TimestampBounds>>()
  for (const { asPath, origin, peer, nextHop, prefix, since } of learned) {
    const neighbor = origin?.toLowerCase() === 'ibgp' ? nextHop : peer
    if (neighbor === null || asPath[0] !== MSEE_ASN) continue
    const own = held.get(neighbor) ?? new Map<string, TimestampBounds>()
    const known = own.get(prefix)
    held.set(neighbor, own.set(prefix, known && known.latest <= since.latest ? known : since))
  }
  return held
}

/**
 * Returns the assignment of paths to neighbors that agrees best with the current route tables; the n-th path belongs to
 * the n-th neighbor. The prefixes are compared first, then the times since which they are present. (Azure's tables
 * contain no communities.) Returns null if two assignments agree equally well, or if a table was not read.
 */
function likeliestPlacement(
  neighbors: readonly string[],
  places: readonly CandidateCircuitPath[],
  held: ReadonlyMap<string, PrefixAges>,
  announced: CustomerPrefixesByCircuitPath,
): CandidateCircuitPath[] | null {
  const [first, second] = places
  if (!first || neighbors.length > places.length) return null
  if (!second) return [first]
  const [straight, swapped] = (
    [
      [first, second],
      [second, first],
    ] as const
  ).map((all) => {
    const placement = all.slice(0, neighbors.length)
    return { placement, ...fitOf(placement, neighbors, held, announced) }
  })
  if (!straight || !swapped) return null
  if (straight.cost !== swapped.cost)
    return straight.cost < swapped.cost ? straight.placement : swapped.cost < straight.cost ? swapped.placement : null
  const isProved = (one: AgeFit, other: AgeFit) => one.together > 0 && one.apart === 0 && other.apart > 0
  return isProved(straight, swapped) ? straight.placement : isProved(swapped, straight) ? swapped.placement : null
}

/**
 * Result of comparing prefix ages for a possible assignment of circuit paths to neighbors. `together`: number of
 * prefixes that appeared at about the same time at the neighbor and in the table of its path. `apart`: number of
 * prefixes that appeared there at different times.
 */
interface AgeFit {
  together: number
  apart: number
}

/**
 * Compares an assignment of paths to neighbors with the route tables. `cost` is the number of prefixes that only the
 * neighbor or only its path has; NaN if a table was not read.
 */
function fitOf(
  placement: readonly CandidateCircuitPath[],
  neighbors: readonly string[],
  held: ReadonlyMap<string, PrefixAges>,
  announced: CustomerPrefixesByCircuitPath,
): AgeFit & { cost: number } {
  const fit = { cost: 0, together: 0, apart: 0 }
  for (const [n, place] of placement.entries()) {
    const family = detectAddressFamily(neighbors[n] ?? '')
    const table = announced.get(placeKey(place))
    if (!table) return { ...fit, cost: Number.NaN }
    const own = held.get(neighbors[n] ?? '') ?? new Map<string, TimestampBounds>()
    fit.cost += own.size + [...table.keys()].filter((prefix) => detectAddressFamily(prefix) === family).length
    for (const [prefix, since] of own) {
      const there = table.get(prefix)
      if (!there) continue
      fit.cost -= 2
      const isTogether = since.earliest <= there.latest + TRAVEL_MS && there.earliest <= since.latest + TRAVEL_MS
      if (!isTogether) fit.apart += 1
      // A prefix that was already present at the first poll is ignored, because the time at which it appeared is
      // unknown.
      else if (since.earliest > INSTANT_BEFORE_MONITORING && there.earliest > INSTANT_BEFORE_MONITORING)
        fit.together += 1
    }
  }
  return fit
}

/**
 * Maximum time between the appearance of a prefix in the table of a path and in the tables of gateways, milliseconds.
 */
const TRAVEL_MS = MS_PER_MINUTE

import {
  type AsPath,
  compareAddresses,
  detectAddressFamily,
  formatAsPath,
  parseAddress,
  removeMseeAsnPrepends,
} from '#lib/bgp/index.ts'
import type { CircuitPath, DeclaredNeighborMapping } from '#lib/contract/index.ts'

/** The fields of a route that are compared. The AS path is as in the table that contains the route. */
export interface RouteFieldsForComparison extends AsPath {
  prefix: string
  /** true if the route was present for so short a time that polls of other tables may have missed it */
  isBrief?: boolean
}

/** The routes that one edge router (MSEE) announced to a gateway within the period that the caller read. */
export interface AnnouncedNeighborRoutes {
  neighbor: string
  routes: readonly RouteFieldsForComparison[]
}

/** The routes that the customer's router announced on one path of a circuit that is connected to the gateway. */
export interface AnnouncedPathRoutes {
  circuitId: string
  path: CircuitPath
  routes: readonly RouteFieldsForComparison[]
}

export interface CircuitPathOfMappedNeighbor {
  circuitId: string
  path: CircuitPath
  confidence: 'certain' | 'inferred' | 'unknown'
  /**
   * true if the routes fit both paths of the circuit equally, so that the path was assumed from the order of the
   * addresses
   */
  isOrdered?: true
}

/**
 * Minimum similarity (Jaccard index) of two prefix sets that count as the same set. The sets are read at different
 * times, so they need not be equal.
 */
const SAME_SET = 0.9

/** A mapping of a gateway's neighbor that an operator declared. */
interface DeclaredNeighbor {
  neighbor: string
  circuitId: string
  path: CircuitPath
}

/** Returns the declared mappings of one gateway's neighbors. */
export function listDeclaredNeighbors(
  mappings: readonly DeclaredNeighborMapping[],
  gatewayId: string,
): DeclaredNeighbor[] {
  return mappings
    .filter(({ gateway }) => gateway === gatewayId)
    .map(({ neighbor, circuit, path }) => ({ neighbor, circuitId: circuit, path }))
}

/**
 * Returns the circuit path behind each edge router (MSEE) that is a neighbor of one gateway. ARM does not report it.
 * Evidence in this order:
 * - A declaration of an operator. It is certain, and its path is not available to other neighbors.
 * - Equal prefix sets (Jaccard >= 0.9). If several paths have the same prefixes, the AS paths distinguish them. If no
 *   path has the prefixes of a neighbor, prefixes that only one of both had, and only briefly, are not compared.
 * - The only circuit that is left.
 * If both paths of a circuit carry exactly the same routes, the neighbor with the lower address is assumed to be on the
 * primary path. A result is `certain` only with a declaration, or with a single circuit and a path that the routes
 * identify; otherwise `inferred`.
 * @returns paths by neighbor; a neighbor without any evidence is missing
 */
export function mapNeighbors(
  neighbors: readonly AnnouncedNeighborRoutes[],
  paths: readonly AnnouncedPathRoutes[],
  declared: readonly DeclaredNeighbor[],
): Map<string, CircuitPathOfMappedNeighbor> {
  // map each address family separately, because a path has one neighbor in each family, which announces prefixes of
  // that family
  return new Map(
    ([4, 6] as const).flatMap((family) => [
      ...mapFamily(
        ofFamily(
          neighbors.filter((one) => detectAddressFamily(one.neighbor) === family),
          family,
        ),
        ofFamily(paths, family),
        declared.filter((one) => detectAddressFamily(one.neighbor) === family),
      ),
    ]),
  )
}

function ofFamily<Reported extends { routes: readonly RouteFieldsForComparison[] }>(
  all: readonly Reported[],
  family: 4 | 6,
): Reported[] {
  return all.map((one) => ({
    ...one,
    routes: one.routes.filter(({ prefix }) => detectAddressFamily(prefix) === family),
  }))
}

function mapFamily(
  neighbors: readonly AnnouncedNeighborRoutes[],
  paths: readonly AnnouncedPathRoutes[],
  declared: readonly DeclaredNeighbor[],
): Map<string, CircuitPathOfMappedNeighbor> {
  const byNeighbor = new Map<string, CircuitPathOfMappedNeighbor>(
    declared.map(({ neighbor, circuitId, path }) => [neighbor, { circuitId, path, confidence: 'certain' }]),
  )
  const taken = new Set(declared.map(({ circuitId, path }) => `${circuitId} ${path}`))
  const open = neighbors.filter(({ neighbor }) => !byNeighbor.has(neighbor))
  const free = paths.filter(({ circuitId, path }) => !taken.has(`${circuitId} ${path}`))
  const circuits = new Set(paths.map(({ circuitId }) => circuitId))
  const candidates = scoreAll(open, free)
  assignByRoutes(candidates, circuits.size === 1, byNeighbor)
  assignByOrder(open, free, candidates, byNeighbor)
  return byNeighbor
}

interface Candidate {
  neighbor: string
  target: AnnouncedPathRoutes
  /** similarity of the prefix sets of the neighbor and the path, 0-1 */
  prefixes: number
  /** similarity of the (prefix, AS path) sets of the neighbor and the path, 0-1 */
  routes: number
  /** whether all prefixes were compared, also brief ones */
  isWhole: boolean
}

function scoreAll(neighbors: readonly AnnouncedNeighborRoutes[], paths: readonly AnnouncedPathRoutes[]): Candidate[] {
  const reported = paths.map((target) => ({ target, own: setsOf(target.routes) }))
  return neighbors.flatMap(({ neighbor, routes }) => {
    const sets = setsOf(routes)
    const scores = reported.map(({ target, own }) => ({ neighbor, target, isWhole: true, ...score(sets, own) }))
    if (scores.some(isAlike)) return scores
    return reported.flatMap(({ target, own }): Candidate[] => {
      if (![...sets.lasting].some((prefix) => own.lasting.has(prefix))) return []
      const similarity = score(omitMissed(routes, sets, own), omitMissed(target.routes, own, sets))
      return [{ neighbor, target, isWhole: false, ...similarity }]
    })
  })
}

const isAlike = ({ prefixes }: Candidate) => prefixes >= SAME_SET

type RouteSets = ReturnType<typeof setsOf>

const score = (a: RouteSets, b: RouteSets) => ({
  prefixes: computeJaccardSimilarity(a.prefixes, b.prefixes),
  routes: computeJaccardSimilarity(a.routes, b.routes),
})

/** Returns the sets of the routes without those that the other table may have missed. */
const omitMissed = (routes: readonly RouteFieldsForComparison[], { lasting }: RouteSets, other: RouteSets): RouteSets =>
  setsOf(routes.filter(({ prefix }) => lasting.has(prefix) || other.prefixes.has(prefix)))

function setsOf(routes: readonly RouteFieldsForComparison[]) {
  return {
    prefixes: new Set(routes.map(({ prefix }) => prefix)),
    lasting: new Set(routes.flatMap(({ prefix, isBrief }) => (isBrief ? [] : prefix))),
    // remove the MSEE's ASNs, which are before the AS path that the customer's router sent, from the gateway's routes
    routes: new Set(routes.map((route) => `${route.prefix} ${formatAsPath(removeMseeAsnPrepends(route))}`)),
  }
}

/** Returns the similarity of two sets, 0-1. Two empty sets are not evidence, so that the result is 0. */
export function computeJaccardSimilarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 && b.size === 0) return 0
  let common = 0
  for (const item of a) if (b.has(item)) common++
  return common / (a.size + b.size - common)
}

/**
 * Maps neighbors to paths by their routes. A neighbor is mapped to a path if this path alone is the most similar to the
 * neighbor, and if it is not the most similar path of another neighbor, too.
 */
function assignByRoutes(
  candidates: Candidate[],
  oneCircuit: boolean,
  found: Map<string, CircuitPathOfMappedNeighbor>,
): void {
  const picks = new Map<AnnouncedPathRoutes, string[]>()
  for (const neighbor of new Set(candidates.map((candidate) => candidate.neighbor))) {
    const [best, other] = likeliest(candidates, neighbor)
    if (!best || other) continue
    const { target } = best
    picks.set(target, [...(picks.get(target) ?? []), neighbor])
  }
  for (const [{ circuitId, path }, pickedBy] of picks) {
    const [neighbor, rival] = selectBestKnown(pickedBy, 1, candidates)
    if (neighbor === undefined || rival !== undefined) continue
    found.set(neighbor, { circuitId, path, confidence: oneCircuit ? 'certain' : 'inferred' })
  }
}

/**
 * Returns the neighbors that compete for some paths. If there are more neighbors than paths, those without brief
 * prefixes have priority.
 */
function selectBestKnown(neighbors: readonly string[], paths: number, candidates: readonly Candidate[]): string[] {
  if (neighbors.length <= paths) return [...neighbors]
  return neighbors.filter((neighbor) => candidates.some((one) => one.neighbor === neighbor && one.isWhole))
}

/**
 * Returns the path whose routes are most similar to those of a neighbor; several paths if they have the same
 * similarity; empty if none is similar enough.
 */
function likeliest(candidates: Candidate[], neighbor: string): Candidate[] {
  const alike = candidates.filter((candidate) => candidate.neighbor === neighbor && isAlike(candidate))
  const bestRoutes = Math.max(...alike.map(({ routes }) => routes))
  const bestPrefixes = Math.max(...alike.filter(({ routes }) => routes === bestRoutes).map(({ prefixes }) => prefixes))
  return alike.filter(({ routes, prefixes }) => routes === bestRoutes && prefixes === bestPrefixes)
}

/**
 * Maps the remaining neighbors in the order of their addresses to paths that are still free. A neighbor can only be
 * mapped if its circuit is known: its routes identify the circuit but not the path, or only one circuit has free paths.
 */
function assignByOrder(
  neighbors: readonly AnnouncedNeighborRoutes[],
  paths: readonly AnnouncedPathRoutes[],
  candidates: Candidate[],
  found: Map<string, CircuitPathOfMappedNeighbor>,
): void {
  const open = neighbors.map(({ neighbor }) => neighbor).filter((neighbor) => !found.has(neighbor))
  const taken = new Set([...found.values()].map(({ circuitId, path }) => `${circuitId} ${path}`))
  const free = paths.filter(({ circuitId, path }) => !taken.has(`${circuitId} ${path}`))
  const openCircuits = new Set(free.map(({ circuitId }) => circuitId))
  const byCircuit = new Map<string, string[]>()
  for (const neighbor of open.toSorted(byAddress)) {
    const pointed = new Set(likeliest(candidates, neighbor).map(({ target }) => target.circuitId))
    const [circuitId] = pointed.size === 1 ? pointed : openCircuits.size === 1 ? openCircuits : []
    if (circuitId !== undefined) byCircuit.set(circuitId, [...(byCircuit.get(circuitId) ?? []), neighbor])
  }
  for (const [circuitId, own] of byCircuit) {
    const slots = free.filter((slot) => slot.circuitId === circuitId).toSorted((a, b) => a.path.localeCompare(b.path))
    const waiting = selectBestKnown(own, slots.length, candidates)
    // If there are still more neighbors than paths, it is unknown which of these neighbors belong to the circuit.
    if (waiting.length > slots.length) continue
    waiting.forEach((neighbor, index) => {
      const slot = slots[index]
      if (slot) found.set(neighbor, { circuitId, path: slot.path, confidence: 'inferred', isOrdered: true })
    })
  }
}

function byAddress(a: string, b: string): number {
  const [first, second] = [parseAddress(a), parseAddress(b)]
  return first && second ? compareAddresses(first, second) : a.localeCompare(b)
}

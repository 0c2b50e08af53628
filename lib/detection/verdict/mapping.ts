import { type AsPath, compareAddresses, familyIn, formatAsPath, parseAddress, withoutDrain } from '#lib/bgp/index.ts'
import type { CircuitPath, DeclaredMapping } from '#lib/contract/index.ts'

/** A route as far as the comparison needs it; its path as the table that holds it prints it. */
export interface MappedRoute extends AsPath {
  prefix: string
}

/** What one MSEE neighbor of a gateway has announced, as far back as the caller read. */
export interface NeighborRoutes {
  neighbor: string
  routes: readonly MappedRoute[]
}

/** What the customer's router reported one path of a circuit that is connected to the gateway. */
export interface PathRoutes {
  circuitId: string
  path: CircuitPath
  routes: readonly MappedRoute[]
}

export interface NeighborMapping {
  circuitId: string
  path: CircuitPath
  confidence: 'certain' | 'inferred' | 'unknown'
  /** the routes fit both paths of the circuit, so that the order of addresses was assumed */
  isOrdered?: true
}

/** Prefix sets that overlap this much are one set, seen at two moments. */
const SAME_SET = 0.9

/** An operator's word on a neighbor of the gateway. */
interface DeclaredNeighbor {
  neighbor: string
  circuitId: string
  path: CircuitPath
}

/** What was declared of one gateway's neighbors. */
export function declaredNeighbors(mappings: readonly DeclaredMapping[], gatewayId: string): DeclaredNeighbor[] {
  return mappings
    .filter(({ gateway }) => gateway === gatewayId)
    .map(({ neighbor, circuit, path }) => ({ neighbor, circuitId: circuit, path }))
}

/**
 * Which path of which circuit each MSEE neighbor of one gateway is. What an operator declared is certain, and what it takes
 * is left to no other neighbor. ARM doesn't say, so the rest is inferred: equal prefix
 * sets (Jaccard >= 0.9), distinguished by AS path where prefixes are the same everywhere; else the only circuit
 * connected. Where a circuit's two paths carry the very same routes, the lower neighbor address is taken as the
 * primary path. An assumption, and shown as inferred; `certain` needs one circuit and a path that the routes single out.
 * @returns by neighbor; a neighbor that nothing points at is not in it
 */
export function mapNeighbors(
  neighbors: readonly NeighborRoutes[],
  paths: readonly PathRoutes[],
  declared: readonly DeclaredNeighbor[],
): Map<string, NeighborMapping> {
  // a path has one neighbor in each family, whose prefixes are of that family
  return new Map(
    ([4, 6] as const).flatMap((family) => [
      ...mapFamily(
        ofFamily(
          neighbors.filter((one) => familyIn(one.neighbor) === family),
          family,
        ),
        ofFamily(paths, family),
        declared.filter((one) => familyIn(one.neighbor) === family),
      ),
    ]),
  )
}

function ofFamily<Reported extends { routes: readonly MappedRoute[] }>(
  all: readonly Reported[],
  family: 4 | 6,
): Reported[] {
  return all.map((one) => ({ ...one, routes: one.routes.filter(({ prefix }) => familyIn(prefix) === family) }))
}

function mapFamily(
  neighbors: readonly NeighborRoutes[],
  paths: readonly PathRoutes[],
  declared: readonly DeclaredNeighbor[],
): Map<string, NeighborMapping> {
  const byNeighbor = new Map<string, NeighborMapping>(
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
  target: PathRoutes
  /** likeness of the prefix sets */
  prefixes: number
  /** likeness of the (prefix, AS path) sets */
  routes: number
}

function scoreAll(neighbors: readonly NeighborRoutes[], paths: readonly PathRoutes[]): Candidate[] {
  const learned = neighbors.map(({ neighbor, routes }) => ({ neighbor, ...setsOf(routes) }))
  return paths.flatMap((target) => {
    const reported = setsOf(target.routes)
    return learned.map(({ neighbor, prefixes, routes }) => ({
      neighbor,
      target,
      prefixes: jaccard(prefixes, reported.prefixes),
      routes: jaccard(routes, reported.routes),
    }))
  })
}

function setsOf(routes: readonly MappedRoute[]): { prefixes: Set<string>; routes: Set<string> } {
  return {
    prefixes: new Set(routes.map(({ prefix }) => prefix)),
    // the gateway sees the MSEE's own ASN in front of what the customer's router sent
    routes: new Set(routes.map((route) => `${route.prefix} ${formatAsPath(withoutDrain(route))}`)),
  }
}

/** Likeness of two sets, 0-1. Two empty sets are no evidence: 0. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 && b.size === 0) return 0
  let common = 0
  for (const item of a) if (b.has(item)) common++
  return common / (a.size + b.size - common)
}

/** Neighbors whose routes single out one path, which no other neighbor is singled out for. */
function assignByRoutes(candidates: Candidate[], oneCircuit: boolean, found: Map<string, NeighborMapping>): void {
  const picks = new Map<PathRoutes, string[]>()
  for (const neighbor of new Set(candidates.map((candidate) => candidate.neighbor))) {
    const [best, other] = likeliest(candidates, neighbor)
    if (!best || other) continue
    const { target } = best
    picks.set(target, [...(picks.get(target) ?? []), neighbor])
  }
  for (const [{ circuitId, path }, [neighbor, rival]] of picks) {
    if (neighbor === undefined || rival !== undefined) continue
    found.set(neighbor, { circuitId, path, confidence: oneCircuit ? 'certain' : 'inferred' })
  }
}

/** The paths that a neighbor is most like, when it is like any: all that share the highest likeness. */
function likeliest(candidates: Candidate[], neighbor: string): Candidate[] {
  const alike = candidates.filter((candidate) => candidate.neighbor === neighbor && candidate.prefixes >= SAME_SET)
  const bestRoutes = Math.max(...alike.map(({ routes }) => routes))
  const bestPrefixes = Math.max(...alike.filter(({ routes }) => routes === bestRoutes).map(({ prefixes }) => prefixes))
  return alike.filter(({ routes, prefixes }) => routes === bestRoutes && prefixes === bestPrefixes)
}

/**
 * The rest: a neighbor whose routes point at one circuit but not at one of its paths, or which can belong to one
 * circuit only because no other is connected, takes the free paths of that circuit in order of address.
 */
function assignByOrder(
  neighbors: readonly NeighborRoutes[],
  paths: readonly PathRoutes[],
  candidates: Candidate[],
  found: Map<string, NeighborMapping>,
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
  for (const [circuitId, waiting] of byCircuit) {
    const slots = free.filter((slot) => slot.circuitId === circuitId).toSorted((a, b) => a.path.localeCompare(b.path))
    // more neighbors than paths: which of them are this circuit's is unknown
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

import type { WhatIfFailure } from './what-if-failure.ts'
import {
  type NeighborsWithUnknownCircuitPath,
  type CandidateCircuitPath,
  formatCircuitPathKey,
  type WhatIfRoute,
} from './what-if-route.ts'

/**
 * A possible assignment of paths to the BGP neighbors whose circuit path is unknown. The key is {@link neighborKey}.
 */
export type NeighborPathAssignment = ReadonlyMap<string, CandidateCircuitPath>

const neighborKey = (gateway: string, neighbor: string): string => `${gateway} ${neighbor}`

/** Maximum number of assignments that are compared for a failure. */
const MAX_WORLDS = 512

/**
 * Returns the possible assignments of the remaining paths to the neighbors whose path is unknown. If a failure has the
 * same effect for several assignments, only one of them is returned. The first assignment has the neighbors and paths
 * in their given order. The result is empty if there are more than {@link MAX_WORLDS} assignments.
 */
export function listNeighborAssignments(
  open: readonly NeighborsWithUnknownCircuitPath[],
  failure: WhatIfFailure,
): NeighborPathAssignment[] {
  let worlds: NeighborPathAssignment[] = [new Map()]
  for (const group of open) {
    const own = placementsOf(group, failure, Math.floor(MAX_WORLDS / worlds.length))
    if (own.length === 0) return []
    worlds = worlds.flatMap((world) => own.map((more) => new Map([...world, ...more])))
  }
  return worlds
}

function placementsOf(
  { gateway, neighbors, places }: NeighborsWithUnknownCircuitPath,
  failure: WhatIfFailure,
  limit: number,
): NeighborPathAssignment[] {
  const byEffect = [...Map.groupBy(places, (place) => effectOf(place, gateway, failure)).values()]
  const placements: NeighborPathAssignment[] = []
  const used = byEffect.map(() => 0)
  const taken: CandidateCircuitPath[] = []
  const place = (): void => {
    if (placements.length > limit) return
    if (taken.length === neighbors.length) {
      placements.push(new Map(taken.map((one, n) => [neighborKey(gateway, neighbors[n] ?? ''), one])))
      return
    }
    for (const [n, alike] of byEffect.entries()) {
      const next = alike[used[n] ?? 0]
      if (!next) continue
      used[n] = (used[n] ?? 0) + 1
      taken.push(next)
      place()
      taken.pop()
      used[n] -= 1
    }
  }
  if (places.every((one) => effectOf(one, gateway, failure) === NO_EFFECT)) return [new Map()]
  place()
  return placements.length > limit ? [] : placements
}

/**
 * Returns a text for the effect of a failure on a circuit path. If two paths have the same text, exchanging them does
 * not change the result.
 */
function effectOf(
  { circuit, path, connection }: CandidateCircuitPath,
  gateway: string,
  failure: WhatIfFailure,
): string {
  const isLost = failure.circuits.has(circuit) || failure.paths.has(formatCircuitPathKey(circuit, 'private', path))
  const isCut = [...failure.connections.values()].some((cut) => cut.circuit === circuit && cut.gateway === gateway)
  if (isLost || isCut) return 'lost'
  const weight = connection === null ? undefined : failure.weights.get(connection)?.weight
  const withdrawn = failure.withdrawn.has(circuit) ? circuit : ''
  return [failure.prepends.get(circuit) ?? 0, weight ?? '', withdrawn].join(' ')
}

const NO_EFFECT = '0  '

/**
 * Returns the key ({@link neighborKey}) of the neighbor that announced a route; null if the assignment contains no such
 * neighbor.
 */
export function findUnassignedNeighborKey(
  { gateway, peer, nextHop }: WhatIfRoute,
  world: NeighborPathAssignment,
): string | null {
  if (gateway === null || world.size === 0) return null
  for (const address of [peer, nextHop]) {
    const key = address === null ? null : neighborKey(gateway, address)
    if (key !== null && world.has(key)) return key
  }
  return null
}

/** Returns a route with the circuit path that an assignment gives its neighbor. */
export function assignRouteToPath(route: WhatIfRoute, world: NeighborPathAssignment): WhatIfRoute {
  const key = findUnassignedNeighborKey(route, world)
  const place = key === null ? undefined : world.get(key)
  return place ? { ...route, ...place, possible: [] } : route
}

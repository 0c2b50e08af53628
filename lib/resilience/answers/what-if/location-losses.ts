import { judgeCircuitResiliency } from '#lib/contract/facts/resiliency.ts'
import { circuitPaths, type CircuitPath } from '#lib/contract/index.ts'
import { type CircuitResource, findCircuitLocation, type EstateTopology } from '#lib/questions/index.ts'

/** A peering location, and the paths of a circuit that are lost if the location fails. */
interface Standing {
  location: string
  paths: readonly CircuitPath[]
}

/**
 * Returns the peering locations of a circuit. A circuit usually has one location with both paths. A circuit of
 * ExpressRoute Metro has two, each with one path. Azure does not report which path is at which location, so the primary
 * path is assumed at the first one (ADR 0275).
 * @returns empty = unknown
 */
export function findLossesByLocation(circuit: CircuitResource, topology: Pick<EstateTopology, 'ports'>): Standing[] {
  const [first, second] = judgeCircuitResiliency(findCircuitLocation(circuit, topology)).peeringLocations ?? []
  if (first === undefined) return []
  if (second === undefined) return [{ location: first, paths: circuitPaths }]
  return [first, second].map((location, n) => ({ location, paths: circuitPaths.slice(n, n + 1) }))
}

/**
 * Returns all peering locations of the circuits, each once. `isOfSeveral` is true if the loss of the location differs
 * from the loss of a single circuit.
 */
export function listPeeringLocations(
  topology: Pick<EstateTopology, 'circuits' | 'ports'>,
): { location: string; isOfSeveral: boolean }[] {
  const all = topology.circuits.flatMap((circuit) => findLossesByLocation(circuit, topology))
  return [...Map.groupBy(all, ({ location }) => location.toLowerCase()).values()].flatMap(([first, ...others]) =>
    first ? [{ location: first.location, isOfSeveral: others.length > 0 || first.paths.length === 1 }] : [],
  )
}

/**
 * Returns all peering locations and providers of the circuits, each once. A what-if can simulate their loss by name.
 */
export function listLocationsAndProviders(topology: Pick<EstateTopology, 'circuits' | 'ports'>) {
  const providers = new Set(topology.circuits.flatMap(({ config }) => config.provider ?? []))
  return [
    ...listPeeringLocations(topology).map(({ location }) => ({ kind: 'location' as const, name: location })),
    ...[...providers].map((name) => ({ kind: 'provider' as const, name })),
  ]
}

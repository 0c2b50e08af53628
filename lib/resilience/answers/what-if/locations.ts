import { resiliencyOf } from '#lib/contract/facts/resiliency.ts'
import { circuitPaths, type CircuitPath } from '#lib/contract/index.ts'
import { type CircuitResource, endsOf, type Topology } from '#lib/questions/index.ts'

/** What of a circuit is lost with a peering location. */
interface Standing {
  location: string
  paths: readonly CircuitPath[]
}

/**
 * The peering locations that a circuit stands in, each of which may be lost alone: one with both paths, or the two of a Metro location with a
 * path each. Azure does not say which of them is where: the primary is taken to be in the first (ADR 0275).
 * @returns empty = not known
 */
export function standingsOf(circuit: CircuitResource, topology: Pick<Topology, 'ports'>): Standing[] {
  const [first, second] = resiliencyOf(endsOf(circuit, topology)).peeringLocations ?? []
  if (first === undefined) return []
  if (second === undefined) return [{ location: first, paths: circuitPaths }]
  return [first, second].map((location, n) => ({ location, paths: circuitPaths.slice(n, n + 1) }))
}

/** The peering locations of an estate, each once. */
export function locationsIn(
  topology: Pick<Topology, 'circuits' | 'ports'>,
): { location: string; isOfSeveral: boolean }[] {
  const all = topology.circuits.flatMap((circuit) => standingsOf(circuit, topology))
  return [...Map.groupBy(all, ({ location }) => location.toLowerCase()).values()].flatMap(([first, ...others]) =>
    first ? [{ location: first.location, isOfSeveral: others.length > 0 || first.paths.length === 1 }] : [],
  )
}

/** The peering locations and providers of an estate, each once: what a loss may name. */
export function placesIn(topology: Pick<Topology, 'circuits' | 'ports'>) {
  const providers = new Set(topology.circuits.flatMap(({ config }) => config.provider ?? []))
  return [
    ...locationsIn(topology).map(({ location }) => ({ kind: 'location' as const, name: location })),
    ...[...providers].map((name) => ({ kind: 'provider' as const, name })),
  ]
}

import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { CircuitPath, DeclaredMapping } from '#lib/contract/index.ts'
import { declaredNeighbors, mapNeighbors, type MappedRoute, type NeighborMapping } from './mapping.ts'

/** How far back reported routes count, milliseconds: a path that is down now is still known by what it carried. */
export const MAPPING_AGE_MS = 24 * 60 * 60_000

/** A route as a table of a gateway or of a circuit's path reported it. */
export interface ReportedRoute extends MappedRoute {
  /** short id of the gateway or circuit */
  scope: string
  kind: string
  /** of a path's table */
  peering: string | null
  path: CircuitPath | null
  /** of a learned table */
  peer: string | null
}

/** A circuit that is connected to the gateway, with the paths of its peering that have a link. */
export interface ConnectedCircuit {
  id: string
  /** name of the circuit's peering (`mainPeering`) */
  peering: string
  paths: readonly CircuitPath[]
}

/**
 * Which path of which circuit each MSEE neighbor of a gateway is (docs/rules/verdicts.md): as an operator declared it, else as the
 * routes imply that the gateway learned from it and that the customer's router announced on each path.
 * @param neighbors addresses of all MSEE neighbors: one without any route takes a place too
 * @param reported routes of the gateway and of the circuits since {@link MAPPING_AGE_MS}
 * @returns by neighbor; a neighbor that nothing points at is not in it
 */
export function mapGateway(
  { id, neighbors, circuits }: { id: string; neighbors: Iterable<string>; circuits: readonly ConnectedCircuit[] },
  reported: readonly ReportedRoute[],
  declared: readonly DeclaredMapping[],
): Map<string, NeighborMapping> {
  const byScope = Map.groupBy(reported, ({ scope }) => scope)
  const learned = Map.groupBy(
    (byScope.get(id) ?? []).filter(({ kind }) => kind === 'learned'),
    ({ peer }) => peer,
  )
  const own = [...neighbors].map((neighbor) => ({ neighbor, routes: learned.get(neighbor) ?? [] }))
  const paths = circuits.flatMap((circuit) => {
    const tables = (byScope.get(circuit.id) ?? []).filter((route) => isOfCustomer(route, circuit.peering))
    return circuit.paths.map((path) => ({
      circuitId: circuit.id,
      path,
      routes: tables.filter((route) => route.path === path),
    }))
  })
  return mapNeighbors(own, paths, declaredNeighbors(declared, id))
}

/**
 * Whether the customer's router announced a route of a path's table: all but those that come from Azure. The next hop does not say
 * so, because an IPv6 route has another one.
 */
function isOfCustomer({ kind, peering, asPath }: ReportedRoute, wanted: string): boolean {
  return kind === 'tables' && peering?.toLowerCase() === wanted.toLowerCase() && asPath[0] !== GATEWAY_ASN
}

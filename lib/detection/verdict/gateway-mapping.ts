import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { CircuitPath, DeclaredMapping } from '#lib/contract/index.ts'
import { declaredNeighbors, mapNeighbors, type MappedRoute, type NeighborMapping } from './mapping.ts'

/** Maximum age of reported routes in ms, so that a path that is down now is still identified by its former routes. */
export const MAPPING_AGE_MS = 24 * 60 * 60_000

/** A route reported in a table of a gateway or of a circuit's path. */
export interface ReportedRoute extends MappedRoute {
  /** short id of the gateway or circuit whose table contains the route */
  scope: string
  kind: string
  /** peering of a path's table */
  peering: string | null
  path: CircuitPath | null
  /** peer of a learned table */
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
 * Returns the path of a circuit that belongs to each MSEE neighbor of a gateway (docs/rules/verdicts.md): as an
 * operator declared it, otherwise by comparing the routes that the gateway learned from it with the routes that the
 * customer's router announced on each path.
 * @param neighbors addresses of all MSEE neighbors, because a neighbor without routes also occupies a path
 * @param reported routes of the gateway and of the circuits since {@link MAPPING_AGE_MS}
 * @returns paths by neighbor; a neighbor without any evidence is missing
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
 * Reports whether the customer's router announced a route of a path's table, which is true for all routes except those
 * from Azure. The next hop does not show it, because an IPv6 route has a different next hop.
 */
function isOfCustomer({ kind, peering, asPath }: ReportedRoute, wanted: string): boolean {
  return kind === 'tables' && peering?.toLowerCase() === wanted.toLowerCase() && asPath[0] !== GATEWAY_ASN
}

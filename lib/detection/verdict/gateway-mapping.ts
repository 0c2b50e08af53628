import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { CircuitPath, DeclaredNeighborMapping, EpochMs } from '#lib/contract/index.ts'
import {
  listDeclaredNeighbors,
  mapNeighbors,
  type RouteFieldsForComparison,
  type CircuitPathOfMappedNeighbor,
} from './mapping.ts'

/**
 * Maximum age in ms of reported routes that are used. It is a day, so that a path that is down at present is still
 * recognized by the routes it had.
 */
export const MAX_MAPPING_ROUTE_AGE_MS = 24 * 60 * 60_000
/**
 * Minimum time in ms for which a route must be present so that polls of other tables surely show it, too. Tables are
 * polled every 5 minutes, and some polls fail.
 */
const MIN_SURELY_POLLED_MS = 30 * 60_000

/** A route reported in a table of a gateway or of a circuit's path. */
export interface ReportedRouteForMapping extends RouteFieldsForComparison {
  /** short id of the gateway or circuit whose table contains the route */
  scope: string
  kind: string
  /** peering of the circuit path whose table contains the route; null for a route of a gateway */
  peering: string | null
  path: CircuitPath | null
  /** peer from which a gateway learned the route; null for a route of a circuit path */
  peer: string | null
  /** start of the route's newest presence; null or absent = before the routes that were read */
  since?: EpochMs | null
  /** end of the route's newest presence; null or absent = the route is present */
  until?: EpochMs | null
}

/** A circuit that is connected to the gateway, with those paths of its peering that have a link subnet. */
export interface ConnectedCircuit {
  id: string
  /** name of the circuit's peering (`findMainPeering`) */
  peering: string
  paths: readonly CircuitPath[]
}

/**
 * Returns the circuit path behind each edge router (MSEE) that is a neighbor of a gateway (docs/rules/verdicts.md). It
 * is the path that an operator declared. Without a declaration, it is the path on which the customer's router announced
 * the routes that the gateway learned from the neighbor.
 * @param neighbors addresses of all MSEE neighbors of the gateway; they include neighbors without routes, which also
 *   have a path
 * @param reported routes of the gateway and of the circuits since {@link MAX_MAPPING_ROUTE_AGE_MS}
 * @param now moment of the mapping
 * @returns paths by neighbor; a neighbor without any evidence is missing
 */
export function mapGatewayNeighbors(
  { id, neighbors, circuits }: { id: string; neighbors: Iterable<string>; circuits: readonly ConnectedCircuit[] },
  reported: readonly ReportedRouteForMapping[],
  declared: readonly DeclaredNeighborMapping[],
  now: EpochMs,
): Map<string, CircuitPathOfMappedNeighbor> {
  const byScope = Map.groupBy(reported, ({ scope }) => scope)
  const learned = Map.groupBy(
    (byScope.get(id) ?? []).filter(({ kind }) => kind === 'learned'),
    ({ peer }) => peer,
  )
  const timed = (routes: readonly ReportedRouteForMapping[]) =>
    routes.map((route) => ({ ...route, isBrief: isBrief(route, now) }))
  const own = [...neighbors].map((neighbor) => ({ neighbor, routes: timed(learned.get(neighbor) ?? []) }))
  const paths = circuits.flatMap((circuit) => {
    const tables = (byScope.get(circuit.id) ?? []).filter((route) => isOfCustomer(route, circuit.peering))
    return circuit.paths.map((path) => ({
      circuitId: circuit.id,
      path,
      routes: timed(tables.filter((route) => route.path === path)),
    }))
  })
  return mapNeighbors(own, paths, listDeclaredNeighbors(declared, id))
}

/**
 * Reports whether the customer's router announced a route in the table of a circuit path. All routes are from the
 * customer except those from Azure's gateways. The next hop is not compared, because an IPv6 route has a different next
 * hop.
 */
function isOfCustomer({ kind, peering, asPath }: ReportedRouteForMapping, wanted: string): boolean {
  return kind === 'tables' && peering?.toLowerCase() === wanted.toLowerCase() && asPath[0] !== GATEWAY_ASN
}

const isBrief = ({ since = null, until = null }: ReportedRouteForMapping, now: EpochMs) =>
  since !== null && (until ?? now) - since < MIN_SURELY_POLLED_MS

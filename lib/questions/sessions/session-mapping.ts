import { canonicalizeAddress, MSEE_ASN } from '#lib/bgp/index.ts'
import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  type ConnectedCircuit,
  mapGatewayNeighbors,
  MAX_MAPPING_ROUTE_AGE_MS,
  type CircuitPathOfMappedNeighbor,
  parseResourceState,
} from '#lib/detection/index.ts'
import {
  readResourceStatesUnlocked,
  readCurrentDeclarations,
  readReportedRoutes,
  type RouteAtMoment,
  type SessionAddresses,
} from '#lib/history/index.ts'
import { queryOncePerResponse, cacheUntilChange } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getCircuitLinks, listCircuitConnections, type EstateTopology, type GatewayResource } from '../topology.ts'

/** Circuit path of each MSEE neighbor of each gateway; a key is the gateway id, a space, and the neighbor's address. */
export type NeighborMappings = Map<string, CircuitPathOfMappedNeighbor>

export const buildNeighborMappingKey = (gatewayId: string, neighbor: string) => `${gatewayId} ${neighbor}`

/** Neighbor of a gateway that was removed together with its circuit or connection ("released"). */
interface ReleasedNeighbor {
  neighbor: string
  /** name of the circuit; null = not stored */
  circuit: string | null
}

/**
 * Returns the neighbors of gateways that were removed before a moment because their circuit or connection was removed,
 * by gateway id. Azure still lists such neighbors for some minutes.
 */
export async function readReleasedNeighbors(
  db: SqlExecutor,
  gateways: readonly string[],
  now: EpochMs,
): Promise<Map<string, ReleasedNeighbor[]>> {
  const stored = await readResourceStatesUnlocked(db, gateways, ['version', 'released'])
  return new Map(
    [...stored].map(([gateway, state]) => [
      gateway,
      Object.entries(parseResourceState(state).released).flatMap(([neighbor, { between, circuit = null }]) =>
        between.earliest <= now ? [{ neighbor, circuit }] : [],
      ),
    ]),
  )
}

/**
 * Returns the circuit path to which each neighbor of gateways belongs at a moment, from the declarations and routes of
 * that time. A neighbor that was removed with its circuit is left out, so that it is not mapped to one of the remaining
 * circuits.
 * @param estate topology of the moment. Calls with the same topology object share the result for a minute, until data
 *   change
 * @param neighbors MSEE neighbors of each gateway by gateway id, including neighbors without any route
 */
export const readNeighborCircuitPathsAtMoment = (
  db: SqlExecutor,
  estate: EstateTopology,
  neighbors: ReadonlyMap<string, ReadonlySet<string>>,
  now: EpochMs,
): Promise<NeighborMappings> =>
  cacheUntilChange(
    estate,
    JSON.stringify([now - (now % MS_PER_MINUTE), [...neighbors].map(([gateway, own]) => [gateway, ...own])]),
    () => mappingsAt(db, estate, neighbors, now),
  )

async function mappingsAt(
  db: SqlExecutor,
  estate: EstateTopology,
  neighbors: ReadonlyMap<string, ReadonlySet<string>>,
  now: EpochMs,
): Promise<NeighborMappings> {
  const mappings: NeighborMappings = new Map()
  const gateways = estate.gateways.filter(({ resource }) => neighbors.has(resource.id))
  if (gateways.length === 0) return mappings
  const circuits = circuitsOf(estate, gateways)
  const announced = await reportedSince(db, [...new Set([...circuits.values()].flat())], now)
  // Neighbors are identified by comparing learned routes with routes of circuit paths. If there are no routes of
  // circuit paths, learned routes are not read.
  const learned =
    announced.length === 0
      ? []
      : await reportedSince(
          db,
          gateways.map(({ resource }) => resource.id),
          now,
        )
  const reported = Map.groupBy([...announced, ...learned], ({ scope }) => scope)
  const declared = (await readCurrentDeclarations(db)).mappings
  const gone = await readReleasedNeighbors(
    db,
    gateways.map(({ resource }) => resource.id),
    now,
  )
  for (const { resource } of gateways) {
    const { id } = resource
    const connected = (circuits.get(id) ?? []).flatMap((circuitId) => connectedCircuit(estate, circuitId))
    const released = new Set(gone.get(id)?.map(({ neighbor }) => neighbor))
    const expected = [...(neighbors.get(id) ?? [])].filter((neighbor) => !released.has(neighbor))
    const gateway = { id, neighbors: expected, circuits: connected }
    const own = [id, ...connected.map((circuit) => circuit.id)].flatMap((scope) => reported.get(scope) ?? [])
    for (const [neighbor, mapping] of mapGatewayNeighbors(gateway, own, declared, now))
      mappings.set(buildNeighborMappingKey(id, neighbor), mapping)
  }
  return mappings
}

/** Returns the MSEE neighbors in the peer tables of each gateway, by gateway id. */
export function groupMseeNeighbors(rows: readonly SessionAddresses[]): Map<string, Set<string>> {
  const byGateway = new Map<string, Set<string>>()
  for (const row of rows) {
    if (row.kind !== 'peers' || row.asn !== MSEE_ASN) continue
    byGateway.set(row.scope, (byGateway.get(row.scope) ?? new Set()).add(row.neighbor))
  }
  return byGateway
}

/**
 * Returns the MSEE neighbors of each gateway by gateway id, from its sessions and its learned routes. If one instance
 * learned a route from the other instance, the peer of the route is that instance, and the next hop is the MSEE.
 * @param routes rows of learned route tables
 */
export function findLearningNeighbors(
  rows: readonly SessionAddresses[],
  routes: readonly Pick<RouteAtMoment, 'scope' | 'instance' | 'peer' | 'nextHop' | 'origin' | 'asPath'>[],
): Map<string, Set<string>> {
  const neighbors = groupMseeNeighbors(rows)
  const instances = new Set([
    ...rows.map(({ scope, localAddress }) => `${scope} ${localAddress}`),
    ...routes.map(({ scope, instance }) => `${scope} ${instance}`),
  ])
  for (const { scope, peer, nextHop, origin, asPath } of routes) {
    if (asPath[0] !== MSEE_ASN) continue
    // Routes of a hub contain the name of a connection instead of an address.
    const addresses = (origin?.toLowerCase() === 'ibgp' ? [nextHop] : [peer, nextHop]).flatMap(
      (address) => (address !== null && canonicalizeAddress(address)) || [],
    )
    // The addresses of the gateway's own instances are skipped. The peer is tried before the next hop. If an IPv6 route
    // is learned over an IPv4 session, the next hop is the IPv6 address of the MSEE, which is not a separate neighbor.
    const neighbor = addresses.find((address) => !instances.has(`${scope} ${address}`))
    if (neighbor !== undefined) neighbors.set(scope, (neighbors.get(scope) ?? new Set()).add(neighbor))
  }
  return neighbors
}

/**
 * Step in ms to which the start time of a route query is rounded down. If a response is about several moments within
 * the step, the routes are read only once.
 */
const STEP_MS = 6 * MS_PER_HOUR

async function reportedSince(db: SqlExecutor, scopes: readonly string[], now: EpochMs) {
  const since = now - MAX_MAPPING_ROUTE_AGE_MS
  const step = since - (since % STEP_MS)
  const read = await queryOncePerResponse(db, `reported ${step} ${scopes.join()}`, () =>
    readReportedRoutes(db, { scopes, since: step }),
  )
  return read.filter(({ until }) => until === null || until >= since)
}

/** Returns the ids of the circuits connected to each gateway. */
function circuitsOf(estate: EstateTopology, gateways: GatewayResource[]): Map<string, string[]> {
  const connected = new Map(gateways.map(({ resource }) => [resource.id, new Set<string>()]))
  for (const { resource } of estate.circuits) {
    for (const { gateway } of listCircuitConnections(estate, resource.resourceId)) {
      if (gateway) connected.get(gateway.id)?.add(resource.id)
    }
  }
  return new Map([...connected].map(([gatewayId, ids]) => [gatewayId, [...ids]]))
}

function connectedCircuit(estate: EstateTopology, id: string): ConnectedCircuit[] {
  const circuit = estate.circuits.find(({ resource }) => resource.id === id)
  if (!circuit?.peering) return []
  return [
    {
      id,
      peering: circuit.peering.name,
      paths: circuitPaths.filter((path) => getCircuitLinks(circuit, path).length > 0),
    },
  ]
}

import { circuitPaths, type DeclaredNeighborMapping, type EpochMs, findMainPeering } from '#lib/contract/index.ts'
import {
  type CircuitNode,
  type ConnectedCircuit,
  mapGatewayNeighbors,
  type NeighborPathMapping,
  MAX_MAPPING_ROUTE_AGE_MS,
  type GroupTopology,
} from '#lib/detection/index.ts'
import type { EstateDataReaders } from './detection-store.ts'

/**
 * Determines for each neighbor of a group's gateways to which circuit and path it belongs. The neighbors are Microsoft
 * edge routers (MSEE).
 * @returns `isComplete` is false if a later check may find further circuits: a gateway has no neighbors, a neighbor has
 *   no circuit, or the connection of a neighbor was removed
 */
export async function readDetectedMappings(
  reads: EstateDataReaders,
  topology: GroupTopology,
  declared: readonly DeclaredNeighborMapping[],
  now: EpochMs,
): Promise<{ mappings: NeighborPathMapping[]; isComplete: boolean }> {
  const gateways = topology.gateways
    .filter(({ kind, circuits }) => kind === 'expressRoute' && circuits.length > 0)
    .map((gateway) => ({
      gateway,
      circuits: topology.circuits.filter(({ scope }) => gateway.circuits.includes(scope)),
    }))
  if (gateways.length === 0) return { mappings: [], isComplete: true }
  const scopes = [
    ...new Set(gateways.flatMap(({ gateway, circuits }) => [gateway.scope, ...circuits.map(({ scope }) => scope)])),
  ]
  const reported = await reads.reportedRoutes({ scopes, since: now - MAX_MAPPING_ROUTE_AGE_MS })
  const mappings: NeighborPathMapping[] = []
  let isComplete = true
  for (const { gateway, circuits } of gateways) {
    const { scope } = gateway
    const { expected, released } = await reads.edgeRouters(scope, now)
    const neighbors = new Set(expected)
    const mapped = mapGatewayNeighbors(
      { id: scope, neighbors, circuits: circuits.flatMap(connected) },
      reported,
      declared,
      now,
    )
    // A gateway without neighbors may get some later, and a neighbor whose connection was removed may appear again with
    // another connection. In both cases the mapping is checked again later.
    const isOpen = neighbors.size === 0 || released.length > 0
    if (isOpen || [...neighbors].some((neighbor) => !mapped.has(neighbor))) isComplete = false
    for (const [neighbor, { circuitId: circuit, path, confidence }] of mapped)
      if (confidence !== 'unknown') mappings.push({ gateway: scope, neighbor, circuit, path, confidence })
  }
  return { mappings, isComplete }
}

function connected({ scope, peerings }: CircuitNode): ConnectedCircuit[] {
  const peering = findMainPeering(peerings)
  if (!peering) return []
  return [{ id: scope, peering: peering.name, paths: circuitPaths.filter((path) => peering.customers[path] !== null) }]
}

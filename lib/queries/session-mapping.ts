import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { type ConnectedCircuit, mapGateway, MAPPING_AGE_MS, type NeighborMapping } from '#lib/detection/index.ts'
import { readDeclarations, reportedRoutes } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { circuitLinks, connectionsOfCircuit, type Topology, type GatewayResource } from './topology.ts'

/** Which path of which circuit each MSEE neighbor of each gateway is; keys are `gatewayId neighbor`. */
export type Mappings = Map<string, NeighborMapping>

export const mappingKey = (gatewayId: string, neighbor: string) => `${gatewayId} ${neighbor}`

/**
 * The mapping of gateways' neighbors as of a moment, by declarations and routes of then.
 * @param neighbors the MSEE neighbors of each gateway, by its id: one without any route must be known too
 */
export async function readMappings(
  db: Queryable,
  estate: Topology,
  neighbors: ReadonlyMap<string, ReadonlySet<string>>,
  now: EpochMs,
): Promise<Mappings> {
  const mappings: Mappings = new Map()
  const gateways = estate.gateways.filter(({ resource }) => neighbors.has(resource.id))
  if (gateways.length === 0) return mappings
  const circuits = circuitsOf(estate, gateways)
  const reported = await reportedRoutes(db, {
    scopes: [...gateways.map(({ resource }) => resource.id), ...new Set([...circuits.values()].flat())],
    since: now - MAPPING_AGE_MS,
  })
  const declared = (await readDeclarations(db, now)).mappings
  for (const { resource } of gateways) {
    const { id } = resource
    const connected = (circuits.get(id) ?? []).flatMap((circuitId) => connectedCircuit(estate, circuitId))
    const gateway = { id, neighbors: neighbors.get(id) ?? [], circuits: connected }
    for (const [neighbor, mapping] of mapGateway(gateway, reported, declared))
      mappings.set(mappingKey(id, neighbor), mapping)
  }
  return mappings
}

/** The circuits connected to each gateway, by ids. */
function circuitsOf(estate: Topology, gateways: GatewayResource[]): Map<string, string[]> {
  const connected = new Map(gateways.map(({ resource }) => [resource.id, new Set<string>()]))
  for (const { resource } of estate.circuits) {
    for (const { gateway } of connectionsOfCircuit(estate, resource.resourceId)) {
      if (gateway) connected.get(gateway.id)?.add(resource.id)
    }
  }
  return new Map([...connected].map(([gatewayId, ids]) => [gatewayId, [...ids]]))
}

function connectedCircuit(estate: Topology, id: string): ConnectedCircuit[] {
  const circuit = estate.circuits.find(({ resource }) => resource.id === id)
  if (!circuit?.peering) return []
  return [
    { id, peering: circuit.peering.name, paths: circuitPaths.filter((path) => circuitLinks(circuit, path).length > 0) },
  ]
}

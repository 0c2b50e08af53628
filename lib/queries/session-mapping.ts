import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { declaredNeighbors, mapNeighbors, type NeighborMapping, type PathRoutes } from '#lib/detection/index.ts'
import { readDeclarations, type ReportedRoutes, reportedRoutes } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { circuitLinks, connectionsOfCircuit, type Estate, type GatewayResource } from './estate.ts'
import { isSame } from './session-facts.ts'

/** How far back routes are looked at: long enough that a path that is down now is still known by what it carried. */
const LOOK_BACK_MS = 24 * 60 * 60_000

/** Which path of which circuit each MSEE neighbor of each gateway is; keys are `gatewayId neighbor`. */
export type Mappings = Map<string, NeighborMapping>

export const mappingKey = (gatewayId: string, neighbor: string) => `${gatewayId} ${neighbor}`

/**
 * The mapping of gateways' neighbors: as an operator had declared it by then, else inferred from what the neighbors and the
 * circuits' paths carried in the last day.
 * @param neighbors the MSEE neighbors of each gateway, by its id: one without any route must be known too
 */
export async function readMappings(
  db: Queryable,
  estate: Estate,
  neighbors: ReadonlyMap<string, ReadonlySet<string>>,
  now: EpochMs,
): Promise<Mappings> {
  const mappings: Mappings = new Map()
  const gateways = estate.gateways.filter(({ resource }) => neighbors.has(resource.id))
  if (gateways.length === 0) return mappings
  const circuits = circuitsOf(estate, gateways)
  const told = await reportedRoutes(db, {
    scopes: [...gateways.map(({ resource }) => resource.id), ...new Set([...circuits.values()].flat())],
    since: now - LOOK_BACK_MS,
  })
  const declared = (await readDeclarations(db, now)).mappings
  const byScope = Map.groupBy(told, ({ scope }) => scope)
  for (const { resource } of gateways) {
    const paths = (circuits.get(resource.id) ?? []).flatMap((id) => pathsOf(estate, id, byScope.get(id) ?? []))
    const learned = Map.groupBy(byScope.get(resource.id) ?? [], ({ peer }) => peer)
    const own = [...(neighbors.get(resource.id) ?? [])].map((neighbor) => ({
      neighbor,
      routes: (learned.get(neighbor) ?? []).filter(({ kind }) => kind === 'learned'),
    }))
    for (const [neighbor, mapping] of mapNeighbors(own, paths, declaredNeighbors(declared, resource.id)))
      mappings.set(mappingKey(resource.id, neighbor), mapping)
  }
  return mappings
}

/** The circuits connected to each gateway, by ids. */
function circuitsOf(estate: Estate, gateways: GatewayResource[]): Map<string, string[]> {
  const connected = new Map(gateways.map(({ resource }) => [resource.id, new Set<string>()]))
  for (const { resource } of estate.circuits) {
    for (const { gateway } of connectionsOfCircuit(estate, resource.resourceId)) {
      if (gateway) connected.get(gateway.id)?.add(resource.id)
    }
  }
  return new Map([...connected].map(([gatewayId, ids]) => [gatewayId, [...ids]]))
}

/**
 * What the customer's router told each configured path of a circuit: all routes of the path's table but those that come
 * from Azure. The next hop does not tell, because an IPv6 route has another one.
 */
function pathsOf(estate: Estate, circuitId: string, told: ReportedRoutes[]): PathRoutes[] {
  const circuit = estate.circuits.find(({ resource }) => resource.id === circuitId)
  if (!circuit?.main) return []
  const { main } = circuit
  return circuitPaths
    .filter((path) => circuitLinks(circuit, path).length > 0)
    .map((path) => ({
      circuitId,
      path,
      routes: told.filter(
        (row) =>
          row.kind === 'tables' && row.path === path && isSame(row.peering, main.name) && row.asPath[0] !== GATEWAY_ASN,
      ),
    }))
}

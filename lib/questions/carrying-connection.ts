import {
  findConnectionOfRoute,
  type CircuitPath,
  type EpochMs,
  type HubConnectionConfig,
  isConnectionPossiblyIneffective,
  type RouteLearningGateway,
  getRoutingWeight,
} from '#lib/contract/index.ts'
import { readConnectionsAtMoment, type RouteAtMoment } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { buildNeighborMappingKey, type NeighborMappings } from './sessions/session-mapping.ts'
import { listGatewayConnections, type GatewayResource, type EstateTopology } from './topology.ts'

/** The connection over which a gateway learns routes. It leads to a circuit, or is a VPN connection. */
export interface ConnectionCircuitLink {
  /** short id of the connection; null = the connection is a part of its gateway in ARM and has no short id */
  connection: string | null
  circuit: string | null
  weight: number | null
}

/**
 * Reads the connections of every gateway with their weights.
 * @param at moment; undefined = now
 * @returns the connections by short id of the gateway
 */
export async function readConnectionCircuitLinks(
  q: SqlExecutor,
  topology: EstateTopology,
  at: EpochMs | undefined,
): Promise<Map<string, readonly ConnectionCircuitLink[]>> {
  const reported = new Map(
    (await readConnectionsAtMoment(q, { at }))
      .filter(({ known }) => known !== 'unknown')
      .map(({ scope, live }) => [scope, live]),
  )
  return new Map(topology.gateways.map((gateway) => [gateway.resource.id, linksOf(topology, gateway, reported)]))
}

function linksOf(
  topology: EstateTopology,
  { resource, config }: GatewayResource,
  weights: ReadonlyMap<string, Parameters<typeof getRoutingWeight>[1]>,
): ConnectionCircuitLink[] {
  const own = listGatewayConnections(topology, resource.resourceId).map(
    ({ resource: { id }, config: connection, circuit }): ConnectionCircuitLink => ({
      connection: id,
      circuit: circuit?.id ?? null,
      weight: isConnectionPossiblyIneffective(connection)
        ? null
        : getRoutingWeight(connection, weights.get(id) ?? null),
    }),
  )
  const inHub = config.hubConnections.map((connection): ConnectionCircuitLink => {
    const { circuitKey } = connection
    const circuit = circuitKey === null ? undefined : topology.byKey.get(circuitKey)
    return { connection: null, circuit: circuit?.id ?? null, weight: weightInHub(connection) }
  })
  return [...own, ...inHub]
}

/**
 * Returns the routing weight of a connection of a hub's gateway. Null if ARM reports no weight, or if the connection is
 * not provisioned yet, because its weight then has no effect.
 */
const weightInHub = (connection: HubConnectionConfig): number | null =>
  isConnectionPossiblyIneffective(connection) ? null : connection.routingWeight

/**
 * Returns the circuit and path to which a neighbor of a gateway belongs. Null if it was not mapped to a circuit, or if
 * the mapping is not certain enough to be used.
 */
export function findMappedPath(
  mappings: NeighborMappings,
  gateway: string,
  neighbor: string,
): { circuit: string; path: CircuitPath } | null {
  const mapping = mappings.get(buildNeighborMappingKey(gateway, neighbor))
  return mapping && mapping.confidence !== 'unknown' ? { circuit: mapping.circuitId, path: mapping.path } : null
}

/**
 * Returns the transport (ExpressRoute or VPN), the circuit, the path and the weight of the connection over which a
 * gateway learned a route. In a route of a hub's gateway, `peer` contains the name of a connection instead of an
 * address.
 */
export function findCarryingConnection(
  row: Pick<RouteAtMoment, 'peer' | 'nextHop' | 'asPath' | 'resourceType'>,
  { config }: GatewayResource,
  known: { topology: EstateTopology; links: readonly ConnectionCircuitLink[]; pathOf: RouteLearningGateway['pathOf'] },
): ReturnType<typeof findConnectionOfRoute> {
  const { topology, links, pathOf } = known
  const inHub = config.hubConnections.find(({ name }) => name === row.peer)
  if (!inHub) return findConnectionOfRoute(row, { kind: config.kind, type: row.resourceType, links, pathOf })
  const circuit = inHub.circuitKey ? topology.byKey.get(inHub.circuitKey)?.id : undefined
  return {
    transport: inHub.site === null ? 'er' : 'vpn',
    circuit: circuit ?? null,
    path: null,
    connectionWeight: weightInHub(inHub),
  }
}

import { type CandidateRoute, isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import {
  armTypes,
  INSTANT_BEFORE_MONITORING,
  findConnectionOfRoute,
  type EpochMs,
  type GatewayCircuitConnection,
  isHubFirewall,
  type RouteLearningGateway,
  getRoutingWeight,
} from '#lib/contract/index.ts'
import {
  readConnectionsAtMoment,
  createPastReader,
  type RouteAtMoment,
  readSessionAddresses,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  listGatewayConnections,
  type EstateTopology,
  type GatewayResource,
  readTopology,
  buildNeighborMappingKey,
  type NeighborMappings,
  findLearningNeighbors,
  readNeighborCircuitPathsAtMoment,
} from '#lib/questions/index.ts'

import type { LookupCandidate } from '../api/index.ts'
import type { SystemRoute } from './system-routes.ts'

/** A stored route with the circuit or connection over which it was learned at that time. */
export interface RankableRoute extends CandidateRoute {
  route: RouteAtMoment
  /** network or hub in which the traffic starts; null = the route is in the table of a circuit path */
  start: LookupCandidate['start']
  /** true = a system route of Azure. It is known only from the configuration, because no polled table contains it */
  system?: true
  /** for a system route: name of the virtual network that contains the address; null = unknown */
  network?: string | null
}

/** Converts rows of the tables of circuit paths and hubs to routes that can be ranked. */
export function convertPathRoutes(routes: readonly RouteAtMoment[]): RankableRoute[] {
  return routes.map((route) =>
    candidate(
      route,
      route.resourceType === armTypes.virtualHub || route.resourceType === armTypes.hubRouteTable
        ? { transport: hubTransport(route), circuit: null, path: null, connectionWeight: null }
        : { transport: 'er', circuit: route.scope, path: route.path, connectionWeight: null },
    ),
  )
}

/**
 * Returns the transport (ExpressRoute, VPN or appliance) over which a hub learned a route. It follows from the next hop
 * type in ARM, which is stored as the origin of the route. Source: "View virtual hub effective routes", next hop type.
 */
function hubTransport({ origin, nextHop }: RouteAtMoment): CandidateRoute['transport'] {
  if (nextHop !== null && isHubFirewall(`/${nextHop}`)) return 'nva'
  switch (origin?.toLowerCase()) {
    case 'expressroutegateway':
      return 'er'
    case 'vpn_s2s_gateway':
      return 'vpn'
    case 'hubbgpconnection':
      return 'nva'
    default:
      return 'unknown'
  }
}

/**
 * Converts rows of the tables that gateways learned to routes that can be ranked. If a gateway has several connections,
 * the circuit of a route is derived from its neighbor.
 * @param at undefined = now
 */
export async function convertGatewayRoutes(
  q: SqlExecutor,
  routes: readonly RouteAtMoment[],
  at: EpochMs | undefined,
  now: EpochMs,
): Promise<RankableRoute[]> {
  if (routes.length === 0) return []
  const estate = await readTopology(q, at)
  const connections = await readConnectionsAtMoment(q, { at })
  const reported = new Map(
    connections.filter(({ known }) => known !== 'unknown').map(({ scope, live }) => [scope, live] as const),
  )
  const links = new Map(
    gatewaysOf(routes, estate).map(({ resource }) => [
      resource.id,
      listGatewayConnections(estate, resource.resourceId).map(
        ({ resource: connection, config, circuit }): GatewayCircuitConnection => ({
          circuit: circuit?.id ?? null,
          weight: getRoutingWeight(config, reported.get(connection.id) ?? null),
        }),
      ),
    ]),
  )
  const mappings = await mappingsWhereNeeded(createPastReader(q, at), estate, routes, links, at ?? now)
  return routes.map((route) => {
    const gateway = estate.gateways.find(({ resource }) => resource.id === route.scope)
    const { scope, resourceType: type } = route
    const own = { kind: gateway?.config.kind ?? null, type, links: links.get(scope) ?? [] }
    if (isNetworkSpaceRoute(route)) return candidate(route, NO_CARRIER)
    return candidate(
      route,
      findConnectionOfRoute(route, { ...own, pathOf: (neighbor) => pathOf(mappings, scope, neighbor) }),
    )
  })
}

/** Values for a system route. They do not apply, because Azure delivers the traffic without a gateway. */
const NO_CARRIER = { transport: 'unknown', circuit: null, path: null, connectionWeight: null } as const

/** Converts a system route to the form that the row in the gateway's table would have. */
export function convertSystemRoute({
  gateway: { id, name, resourceId, type },
  prefix,
  network,
}: SystemRoute): RankableRoute {
  const known = { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }
  const route: RouteAtMoment = {
    sourceId: -1,
    scope: id,
    scopeName: name,
    resourceId,
    resourceType: type,
    subresource: '',
    peering: null,
    path: null,
    kind: 'learned',
    instance: null,
    peer: null,
    prefix,
    nextHop: null,
    asPath: [],
    origin: 'Network',
    weight: null,
    localPref: null,
    since: known,
    known: 'observed',
  }
  return { ...candidate(route, NO_CARRIER), system: true, network }
}

function pathOf(
  mappings: NeighborMappings,
  gateway: string,
  neighbor: string,
): ReturnType<RouteLearningGateway['pathOf']> {
  const mapping = mappings.get(buildNeighborMappingKey(gateway, neighbor))
  return mapping && mapping.confidence !== 'unknown' ? { circuit: mapping.circuitId, path: mapping.path } : null
}

function gatewaysOf(routes: readonly RouteAtMoment[], estate: EstateTopology): GatewayResource[] {
  const ids = new Set(routes.map(({ scope }) => scope))
  return estate.gateways.filter(({ resource }) => ids.has(resource.id))
}

async function mappingsWhereNeeded(
  q: SqlExecutor,
  estate: EstateTopology,
  routes: readonly RouteAtMoment[],
  links: ReadonlyMap<string, GatewayCircuitConnection[]>,
  now: EpochMs,
): Promise<NeighborMappings> {
  const isNeeded = (scope: string) => (links.get(scope)?.length ?? 0) > 1
  const own = routes.filter(({ scope }) => isNeeded(scope))
  if (own.length === 0) return new Map()
  // All neighbors of a circuit are needed, even those without a route to the address. Their order shows to which path
  // of the circuit each of them belongs.
  const scope = [...new Set(own.map((route) => route.scope))]
  const found = findLearningNeighbors(await readSessionAddresses(q, q, scope), own)
  const neighbors = new Map([...found].filter(([scope]) => isNeeded(scope)))
  return readNeighborCircuitPathsAtMoment(q, estate, neighbors, now)
}

function candidate(
  route: RouteAtMoment,
  behind: Pick<CandidateRoute, 'transport' | 'circuit' | 'path' | 'connectionWeight'>,
): RankableRoute {
  const { scope, resourceId, prefix, nextHop, peer, instance, asPath, asPathText, weight, localPref, origin } = route
  const own = { prefix, nextHop, peer, instance, asPath, asPathText, weight, localPref, origin }
  const start = route.resourceType === armTypes.circuit ? null : { id: scope, name: route.scopeName }
  return { scope, resourceId, ...behind, ...own, route, start }
}

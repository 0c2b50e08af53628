import { rankCandidates } from '#lib/bgp/index.ts'
import { armTypes, findConnectionOfRoute, type RouteLearningGateway } from '#lib/contract/index.ts'
import type { GatewayRouteTableRow } from './route.ts'
import { isVirtualWanHubScope, type GroupTopology } from './topology.ts'

/**
 * Parts of the topology that are needed to rank routes: the gateways, their connections, and the circuit paths of their
 * neighbors.
 */
export type RouteRankingTopology = Pick<GroupTopology, 'gateways' | 'connections' | 'mappings' | 'hubs'>

/**
 * Returns the routes in use among several routes to one prefix, by Azure's order of preference
 * (docs/rules/best-path.md). Routes of the same rank share the traffic; without routes the result is empty.
 * @throws RangeError if the routes are to different prefixes that do not contain each other
 */
export function selectBestRoutes(
  routes: readonly GatewayRouteTableRow[],
  topology: RouteRankingTopology,
): GatewayRouteTableRow[] {
  // In a hub's table, Azure itself has already selected the routes in use.
  if (routes.length > 0 && routes.every(({ gateway }) => isVirtualWanHubScope(topology, gateway))) return [...routes]
  const candidates = routes.map((route) => ({
    ...route,
    scope: route.gateway,
    resourceId: '',
    ...findConnectionOfRoute(route, learningGateway(route.gateway, topology)),
    route,
  }))
  return rankCandidates(candidates).flatMap(({ rank, route }) => (rank === 1 ? [route] : []))
}

function learningGateway(
  gateway: string,
  { gateways, connections = [], mappings }: RouteRankingTopology,
): RouteLearningGateway {
  return {
    kind: gateways.find(({ scope }) => scope === gateway)?.kind ?? null,
    type: armTypes.virtualNetworkGateway,
    links: connections.filter((connection) => connection.gateway === gateway),
    pathOf: (neighbor) => mappings.find((known) => known.gateway === gateway && known.neighbor === neighbor) ?? null,
  }
}

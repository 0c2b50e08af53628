import { armTypes } from '#lib/contract/index.ts'
import type { RouteEntry } from '#lib/detection/index.ts'
import { behindRoute, type LearningGateway, rankCandidates } from '#lib/resilience/index.ts'
import type { TopologyGroup } from './types.ts'

/** The routes in use among some to one prefix, by Azure's order of preference. Routes of one rank share the traffic. */
export function rankRoutes(routes: readonly RouteEntry[], group: TopologyGroup): RouteEntry[] {
  const candidates = routes.map((route) => ({
    ...route,
    scope: route.gateway,
    resourceId: '',
    ...behindRoute(route, learningGateway(route.gateway, group)),
    route,
  }))
  return rankCandidates(candidates).flatMap(({ rank, route }) => (rank === 1 ? [route] : []))
}

function learningGateway(gateway: string, { topology, links }: TopologyGroup): LearningGateway {
  return {
    kind: topology.gateways.find(({ scope }) => scope === gateway)?.kind ?? null,
    type: armTypes.virtualNetworkGateway,
    links: links.get(gateway) ?? [],
    pathOf: (neighbor) =>
      topology.mappings.find((known) => known.gateway === gateway && known.neighbor === neighbor) ?? null,
  }
}

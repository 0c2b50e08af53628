import type { RouteEntry } from '#lib/detection/index.ts'
import { rankCandidates } from '#lib/resilience/index.ts'
import type { EstateGroup } from './types.ts'

/** The ways in use among some to one prefix, by Azure's order of preference. Ways of one rank share the traffic. */
export function rankRoutes(ways: readonly RouteEntry[], { topology, weights }: EstateGroup): RouteEntry[] {
  const candidates = ways.map((way) => {
    const { gateway, peer } = way
    const node = topology.gateways.find(({ scope }) => scope === gateway)
    const mapping = topology.mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
    const circuit = mapping?.circuit ?? null
    return {
      ...way,
      scope: gateway,
      resourceId: '',
      transport:
        node?.kind === 'vpn'
          ? ('vpn' as const)
          : node?.kind === 'expressRoute'
            ? ('er' as const)
            : ('unknown' as const),
      circuit,
      path: mapping?.path ?? null,
      connectionWeight: circuit === null ? null : (weights.get(`${gateway} ${circuit}`) ?? null),
      way,
    }
  })
  return rankCandidates(candidates).flatMap(({ rank, way }) => (rank === 1 ? [way] : []))
}

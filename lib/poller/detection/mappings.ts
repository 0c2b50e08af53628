import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import { circuitPaths, type DeclaredMapping, type EpochMs, mainPeering } from '#lib/contract/index.ts'
import { declaredNeighbors, mapNeighbors, type Mapping, type Topology } from '#lib/detection/index.ts'
import type { EstateReads } from './store.ts'

/** Long enough that a path that is down now is still known by what it carried. */
const LOOK_BACK_MS = 24 * 60 * 60_000

/**
 * Which MSEE neighbor of a group's gateways is which circuit's which path: as an operator declared it, else as far as routes
 * tell (docs/rules/verdicts.md).
 */
export async function readMappings(
  reads: EstateReads,
  topology: Topology,
  declared: readonly DeclaredMapping[],
  now: EpochMs,
): Promise<{ mappings: Mapping[]; isComplete: boolean }> {
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
  const told = await reads.reportedRoutes({ scopes, since: now - LOOK_BACK_MS })
  const edgeRouters = new Map<string, Set<string>>()
  for (const { gateway } of gateways)
    edgeRouters.set(gateway.scope, new Set(await reads.edgeRouters(gateway.scope, now)))
  const byScope = Map.groupBy(told, ({ scope }) => scope)
  let isComplete = true
  const mappings = gateways.flatMap(({ gateway, circuits }): Mapping[] => {
    const neighbors = edgeRouters.get(gateway.scope) ?? new Set()
    const learned = Map.groupBy(byScope.get(gateway.scope) ?? [], ({ peer }) => peer)
    const own = [...neighbors].map((neighbor) => ({
      neighbor,
      routes: (learned.get(neighbor) ?? []).filter(({ kind }) => kind === 'learned'),
    }))
    const paths = circuits.flatMap(({ scope, peerings }) => {
      const watched = mainPeering(peerings)
      if (!watched) return []
      return circuitPaths
        .filter((path) => watched.customers[path] !== null)
        .map((path) => ({
          circuitId: scope,
          path,
          routes: (byScope.get(scope) ?? []).filter(
            (row) =>
              row.kind === 'tables' &&
              row.path === path &&
              row.peering?.toLowerCase() === watched.name.toLowerCase() &&
              row.asPath[0] !== GATEWAY_ASN,
          ),
        }))
    })
    const mapped = mapNeighbors(own, paths, declaredNeighbors(declared, gateway.scope))
    if (neighbors.size === 0 || [...neighbors].some((neighbor) => !mapped.has(neighbor))) isComplete = false
    return [...mapped].flatMap(([neighbor, { circuitId, path, confidence }]) =>
      confidence === 'unknown' ? [] : [{ gateway: gateway.scope, neighbor, circuit: circuitId, path, confidence }],
    )
  })
  return { mappings, isComplete }
}

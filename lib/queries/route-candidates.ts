import { MSEE_ASN } from '#lib/bgp/index.ts'
import { armTypes, type CircuitPath, type EpochMs } from '#lib/contract/index.ts'
import { connectionsAt, type RouteAt, sessionsAt } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Candidate, Transport } from '#lib/resilience/index.ts'
import { connectionsOfGateway, type Estate, type GatewayResource, readEstate } from './estate.ts'
import { mappingKey, type Mappings, readMappings } from './session-mapping.ts'
import { mseeNeighbors } from './sessions.ts'

/** A stored route with what is known of the way behind it, as of the same moment. */
export interface RouteCandidate extends Candidate {
  route: RouteAt
}

/** One connection of a gateway: the circuit behind it and its weight. */
interface Link {
  circuitId: string | null
  weight: number | null
}

/** Rows of circuits' path tables. */
export function pathCandidates(routes: readonly RouteAt[]): RouteCandidate[] {
  return routes.map((route) => candidate(route, 'er', { circuit: route.scope, path: route.path, weight: null }))
}

/**
 * Rows of gateways' learned tables. Which circuit a neighbor belongs to is inferred from what it told, and only where it
 * matters: where a gateway has several connections.
 * @param at undefined = now
 */
export async function gatewayCandidates(
  q: Queryable,
  routes: readonly RouteAt[],
  at: EpochMs | undefined,
  now: EpochMs,
): Promise<RouteCandidate[]> {
  if (routes.length === 0) return []
  const estate = await readEstate(q, at)
  const live = await connectionsAt(q, { at })
  const weights = new Map(
    live.filter(({ known }) => known !== 'unknown').map((row) => [row.scope, row.live.routingWeight] as const),
  )
  const links = new Map(
    gatewaysOf(routes, estate).map(({ resource }) => [
      resource.id,
      connectionsOfGateway(estate, resource.resourceId).map(
        ({ resource: connection, config, circuit }): Link => ({
          circuitId: circuit?.id ?? null,
          weight: weights.get(connection.id) ?? config.routingWeight,
        }),
      ),
    ]),
  )
  const mappings = await mappingsWhereNeeded(q, estate, routes, links, at, now)
  return routes.map((route) => {
    const gateway = estate.gateways.find(({ resource }) => resource.id === route.scope)
    return candidate(route, transportOf(route, gateway), wayOf(route, links.get(route.scope) ?? [], mappings))
  })
}

function gatewaysOf(routes: readonly RouteAt[], estate: Estate): GatewayResource[] {
  const ids = new Set(routes.map(({ scope }) => scope))
  return estate.gateways.filter(({ resource }) => ids.has(resource.id))
}

async function mappingsWhereNeeded(
  q: Queryable,
  estate: Estate,
  routes: readonly RouteAt[],
  links: ReadonlyMap<string, Link[]>,
  at: EpochMs | undefined,
  now: EpochMs,
): Promise<Mappings> {
  const neighbors = new Map<string, Set<string>>()
  for (const { scope, peer, nextHop } of routes) {
    if ((links.get(scope)?.length ?? 0) < 2) continue
    const known = neighbors.get(scope) ?? new Set()
    for (const address of [peer, nextHop]) if (address !== null) known.add(address)
    neighbors.set(scope, known)
  }
  if (neighbors.size === 0) return new Map()
  // the order among a circuit's neighbors tells its paths apart: one that has lost its routes still has its place
  const sessions = mseeNeighbors(await sessionsAt(q, { at, now }))
  for (const [scope, known] of neighbors) for (const address of sessions.get(scope) ?? []) known.add(address)
  return readMappings(q, estate, neighbors, at ?? now)
}

interface Way {
  circuit: string | null
  path: CircuitPath | null
  weight: number | null
}

/** A row told by the sibling instance still names the MSEE as its next hop. */
function wayOf({ scope, peer, nextHop }: RouteAt, links: readonly Link[], mappings: Mappings): Way {
  const [only, other] = links
  if (only && !other) return { circuit: only.circuitId, path: null, weight: only.weight }
  const mapping = mappings.get(mappingKey(scope, peer ?? '')) ?? mappings.get(mappingKey(scope, nextHop ?? '')) ?? null
  if (!mapping || mapping.confidence === 'unknown') {
    // where all connections weigh the same, it does not matter which it was
    const same = only && links.every(({ weight }) => weight === only.weight)
    return { circuit: null, path: null, weight: same ? only.weight : null }
  }
  const link = links.find(({ circuitId }) => circuitId === mapping.circuitId)
  return { circuit: mapping.circuitId, path: mapping.path, weight: link?.weight ?? null }
}

/** By the kind of gateway; where that does not tell, a path through an MSEE's AS came over ExpressRoute. */
function transportOf(route: RouteAt, gateway: GatewayResource | undefined): Transport {
  const kind = gateway?.config.kind
  if (kind === 'expressRoute') return 'er'
  if (kind === 'vpn' || route.resourceType === armTypes.vpnGateway) return 'vpn'
  if (kind === 'vwan' || route.asPath[0] === MSEE_ASN) return 'er'
  return kind === 'routeServer' ? 'nva' : 'unknown'
}

function candidate(route: RouteAt, transport: Transport, { circuit, path, weight }: Way): RouteCandidate {
  return {
    scope: route.scope,
    resourceId: route.resourceId,
    transport,
    circuit,
    path,
    connectionWeight: weight,
    prefix: route.prefix,
    nextHop: route.nextHop,
    peer: route.peer,
    instance: route.instance,
    asPath: route.asPath,
    weight: route.weight,
    localPref: route.localPref,
    origin: route.origin,
    route,
  }
}

import { isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import {
  armTypes,
  type CircuitPath,
  isGatewayType,
  parseSubjectNeighbor,
  parsePathSubject,
} from '#lib/contract/index.ts'
import type { StoredEvent } from '#lib/history/index.ts'
import {
  type CircuitResource,
  getCircuitLinks,
  listGatewayConnections,
  isSameIgnoringCase,
  type EstateTopology,
} from '#lib/questions/index.ts'
import type { RankedRoutes } from './route-ranking.ts'
import type { z } from 'zod'
import type { lookupContextSchema } from '../api/index.ts'

export type StoredLookupContext = z.input<typeof lookupContextSchema>

/**
 * The resources on the path of an address: those over which its routes in use led, and the next hops of the gateways.
 */
export interface ResourcesOnPathOfAddress {
  circuits: CircuitResource[]
  /** gateways and hubs whose table had a route in use for the address */
  gateways: { scope: string; scopeName: string; isGateway: boolean }[]
  /** for each gateway (by short ID), the next hops and peers of its routes in use */
  hops: ReadonlyMap<string, ReadonlySet<string>>
  /**
   * Connections between these circuits and gateways. If the route in use of a gateway led to a VPN, also the VPN
   * connections of this gateway
   */
  connections: { scope: string; scopeName: string }[]
  /** circuit paths in use at the queried time, as keys from `formatPathKey` */
  inUse: ReadonlySet<string>
}

export const formatPathKey = (circuit: string, path: CircuitPath | null): string => `${circuit} ${path ?? ''}`

type Candidate = RankedRoutes['candidates'][number]

/** Returns the routes in use that a gateway, hub or circuit carries. Azure delivers a system route without a gateway. */
const inUseIn = (ranking: Pick<RankedRoutes, 'candidates'>) => carriedIn(ranking).filter(({ rank }) => rank === 1)
const carriedIn = ({ candidates }: Pick<RankedRoutes, 'candidates'>) =>
  candidates.filter((one) => !one.anotherCustomer && !isNetworkSpaceRoute(one))

/**
 * Returns the resources on the path of an address.
 * @param rankings ranked routes to the address at three times: the start of the period, the queried time and the end of
 *   the period
 * @param moment ranked routes at the queried time; `inUse` is determined from them
 */
export const findCarryingPath = (
  rankings: readonly Pick<RankedRoutes, 'candidates'>[],
  moment: Pick<RankedRoutes, 'candidates'>,
  topology: EstateTopology,
): ResourcesOnPathOfAddress => resourcesOf(rankings.flatMap(inUseIn), inUseIn(moment), topology)

/**
 * Returns the resources over which the routes led that were not in use. The traffic may move to them. Circuits that are
 * also on the path of the address are left out.
 * @param path resources on the path of the address
 */
export function findStandbyPath(
  rankings: readonly Pick<RankedRoutes, 'candidates'>[],
  path: ResourcesOnPathOfAddress,
  topology: EstateTopology,
): ResourcesOnPathOfAddress {
  const unused = rankings.flatMap(carriedIn).filter(({ rank }) => rank > 1)
  const standby = resourcesOf(unused, [], topology)
  const used = new Set(path.circuits.map(({ resource }) => resource.id))
  return { ...standby, circuits: standby.circuits.filter(({ resource }) => !used.has(resource.id)) }
}

/** Returns the neighbors of gateways that belonged to a circuit, in use or not, with the path of the circuit. */
export function listCircuitNeighbors(
  rankings: readonly Pick<RankedRoutes, 'candidates'>[],
): NonNullable<StoredLookupContext['neighbors']> {
  const routes = rankings.flatMap(carriedIn)
  // an instance also learns routes of circuits from the other instances of its gateway
  const instances = new Set(routes.map(({ instance }) => instance))
  const neighbors = routes.flatMap(({ peer, circuit, path }) =>
    peer !== null && circuit !== null && !instances.has(peer) ? [{ address: peer, circuitId: circuit, path }] : [],
  )
  return [...new Map(neighbors.map((one) => [one.address, one])).values()]
}

function resourcesOf(
  used: readonly Candidate[],
  atMoment: readonly Candidate[],
  topology: EstateTopology,
): ResourcesOnPathOfAddress {
  const circuitIds = new Set(used.flatMap(({ circuit }) => circuit ?? []))
  const circuits = topology.circuits.filter(({ resource }) => circuitIds.has(resource.id))
  const others = used.filter(({ route }) => route.resourceType !== armTypes.circuit)
  const gateways = new Map(
    others.map(({ route: { scope, scopeName, resourceType } }) => [
      scope,
      { scope, scopeName, isGateway: isGatewayType(resourceType) },
    ]),
  )
  const hops = new Map<string, Set<string>>()
  for (const { scope, peer, nextHop } of others) {
    const own = hops.get(scope) ?? new Set()
    for (const hop of [peer, nextHop]) if (hop !== null) own.add(hop)
    hops.set(scope, own)
  }
  const byVpn = new Set(others.flatMap(({ transport, scope }) => (transport === 'vpn' ? scope : [])))
  const connections = others.flatMap(({ scope, resourceId }) =>
    listGatewayConnections(topology, resourceId)
      .filter(({ circuit }) => (circuit ? circuitIds.has(circuit.id) : byVpn.has(scope)))
      .map(({ resource }) => ({ scope: resource.id, scopeName: resource.name })),
  )
  return {
    circuits,
    gateways: [...gateways.values()],
    hops,
    connections: [...new Map(connections.map((one) => [one.scope, one])).values()],
    inUse: new Set(atMoment.flatMap(({ circuit, path }) => (circuit ? formatPathKey(circuit, path) : []))),
  }
}

/**
 * Reports whether an event of a resource on the path is about the route of the address. Returns false for an event
 * about another peering of the circuit, or about another neighbor of the gateway.
 */
export function isEventOnPath({ circuits, hops }: ResourcesOnPathOfAddress, { scope, subject }: StoredEvent): boolean {
  const circuit = circuits.find(({ resource }) => resource.id === scope)
  if (circuit) {
    const { peering } = parsePathSubject(subject)
    const isAnother = circuit.config.peerings.some(
      ({ name }) => isSameIgnoringCase(name, peering) && !isSameIgnoringCase(name, circuit.peering?.name),
    )
    return !isAnother && isLinkOf(circuit, subject)
  }
  const neighbors = hops.get(scope)
  return !neighbors || !subject.includes('~') || neighbors.has(parseSubjectNeighbor(subject))
}

/**
 * Reports whether an event may belong to the selected peering of the circuit. If the event is about a session, the
 * address of the customer's router in its subject must belong to a link of this peering.
 */
function isLinkOf(circuit: CircuitResource, subject: string): boolean {
  if (!subject.includes('~')) return true
  const links = (['primary', 'secondary'] as const).flatMap((path) => getCircuitLinks(circuit, path))
  return links.length === 0 || links.some(({ customer }) => customer === parseSubjectNeighbor(subject))
}

import { type CandidateRoute, MSEE_ASN, type RouteTransport } from '#lib/bgp/index.ts'
import { armTypes } from './arm-types.ts'
import type { CircuitPath } from './poll.ts'
import { type GatewayKind, isVpnGateway } from './resources/gateway.ts'

/** Connection of a gateway to a circuit, with the weight by which Azure ranks the routes learned through it. */
export interface GatewayCircuitConnection {
  /** short id of the connection's circuit; null = unknown */
  circuit: string | null
  /** `routingWeight` of the connection; null = unknown */
  weight: number | null
}

/** Gateway, reduced to the facts that are needed to rank its learned routes. */
export interface RouteLearningGateway {
  /** kind of the gateway; null = unknown */
  kind: GatewayKind | null
  /** ARM resource type, lower case */
  type: string
  links: readonly GatewayCircuitConnection[]
  /** Returns the circuit and path behind the gateway's BGP neighbor with this address; null if they are unknown. */
  pathOf: (neighbor: string) => { circuit: string; path: CircuitPath } | null
}

/**
 * Returns the transport of a route that a gateway learned, and the circuit, path and weight of the connection through
 * which it was learned.
 * If the gateway has only one connection, the route belongs to that connection.
 * Otherwise the circuit is known only if the neighbor is mapped to a circuit. The weight of a route from an unmapped
 * neighbor is known only if all connections have the same weight.
 */
export function findConnectionOfRoute(
  { peer, nextHop, asPath }: Pick<CandidateRoute, 'peer' | 'nextHop' | 'asPath'>,
  gateway: RouteLearningGateway,
): Pick<CandidateRoute, 'transport' | 'circuit' | 'path' | 'connectionWeight'> {
  const { links, pathOf } = gateway
  const transport = transportOf(gateway, asPath)
  // If the other instance of the gateway reported the route, the MSEE (Microsoft's edge router) is the next hop and not
  // the peer.
  const mapped = pathOf(peer ?? '') ?? pathOf(nextHop ?? '')
  const [only, other] = links
  if (only && !other) {
    const path = mapped && mapped.circuit === only.circuit ? mapped.path : null
    return { transport, circuit: only.circuit, path, connectionWeight: only.weight }
  }
  if (mapped) {
    const { circuit, path } = mapped
    const link = links.find((one) => one.circuit === circuit)
    return { transport, circuit, path, connectionWeight: link?.weight ?? null }
  }
  const isSame = only !== undefined && links.every(({ weight }) => weight === only.weight)
  return { transport, circuit: null, path: null, connectionWeight: isSame ? only.weight : null }
}

/**
 * Returns the transport of a learned route, as derived from the kind of gateway. If the kind does not determine it, an
 * AS path that begins with the ASN of the MSEE (Microsoft's edge router) means ExpressRoute.
 */
function transportOf({ kind, type }: RouteLearningGateway, asPath: readonly number[]): RouteTransport {
  if (kind === 'expressRoute') return 'er'
  if (isVpnGateway(type, kind)) return 'vpn'
  if (kind === 'vwan' || asPath[0] === MSEE_ASN) return 'er'
  // Routes of a Route Server are polled per BGP peer. Each peer is an ARM resource inside the Route Server, usually a
  // network virtual appliance.
  return kind === 'routeServer' || type === armTypes.hubBgpConnection ? 'nva' : 'unknown'
}

import { type Candidate, MSEE_ASN, type RouteTransport } from '#lib/bgp/index.ts'
import { armTypes } from './arm-types.ts'
import type { CircuitPath } from './poll.ts'
import type { GatewayKind } from './resources/gateway.ts'

/** Connection of a gateway, with the facts that rank the routes behind it. */
export interface GatewayLink {
  /** short id of the connection's circuit; null = unknown */
  circuit: string | null
  /** `routingWeight` of the connection; null = unknown */
  weight: number | null
}

/** Facts about a gateway that are needed to rank its learned routes. */
export interface LearningGateway {
  /** kind of the gateway; null = unknown */
  kind: GatewayKind | null
  /** ARM resource type, lower case */
  type: string
  links: readonly GatewayLink[]
  /** Returns the circuit and path to which an MSEE neighbor is mapped; null if it is not mapped. */
  pathOf: (neighbor: string) => { circuit: string; path: CircuitPath } | null
}

/**
 * Returns the transport of a gateway's learned route, and the circuit, path and weight of the connection behind it. If
 * the gateway has only one connection, the route belongs to it even if the neighbor is not mapped. If the neighbor is
 * not mapped and there are several connections, the weight is known only if all have the same weight.
 */
export function findConnectionOfRoute(
  { peer, nextHop, asPath }: Pick<Candidate, 'peer' | 'nextHop' | 'asPath'>,
  gateway: LearningGateway,
): Pick<Candidate, 'transport' | 'circuit' | 'path' | 'connectionWeight'> {
  const { links, pathOf } = gateway
  const transport = transportOf(gateway, asPath)
  // A row reported by the gateway's other instance has the MSEE as its next hop, not as its peer.
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
 * Returns the transport that follows from the kind of gateway. If the kind is not sufficient, an AS path that begins
 * with the MSEE's ASN means ExpressRoute.
 */
function transportOf({ kind, type }: LearningGateway, asPath: readonly number[]): RouteTransport {
  if (kind === 'expressRoute') return 'er'
  if (kind === 'vpn' || type === armTypes.vpnGateway) return 'vpn'
  if (kind === 'vwan' || asPath[0] === MSEE_ASN) return 'er'
  // The table of a Route Server belongs to one of its peers, which is a resource inside the Route Server.
  return kind === 'routeServer' || type === armTypes.hubBgpConnection ? 'nva' : 'unknown'
}

import { type Candidate, MSEE_ASN, type RouteTransport } from '#lib/bgp/index.ts'
import { armTypes } from './arm-types.ts'
import type { CircuitPath } from './poll.ts'
import type { GatewayKind } from './resources/gateway.ts'

/** One connection of a gateway. */
export interface GatewayLink {
  /** short id; null for a connection to no known circuit */
  circuit: string | null
  /** `routingWeight`; null = not known */
  weight: number | null
}

/** What is known of a gateway when its learned routes are ranked. */
export interface LearningGateway {
  /** null = not known */
  kind: GatewayKind | null
  /** ARM resource type, lower case */
  type: string
  links: readonly GatewayLink[]
  /** the circuit's path that an MSEE neighbor is mapped to; null = none */
  pathOf: (neighbor: string) => { circuit: string; path: CircuitPath } | null
}

/**
 * What a learned route of a gateway came by: its transport, and the circuit, path and weight of the connection behind it. Where the
 * neighbor is not mapped, the connection follows from there being one, and the weight from all weighing the same.
 */
export function behindRoute(
  { peer, nextHop, asPath }: Pick<Candidate, 'peer' | 'nextHop' | 'asPath'>,
  gateway: LearningGateway,
): Pick<Candidate, 'transport' | 'circuit' | 'path' | 'connectionWeight'> {
  const { links, pathOf } = gateway
  const transport = transportOf(gateway, asPath)
  // a row that the sibling instance reported has the MSEE as its next hop, not as its peer
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

/** By the kind of gateway; where that leaves it open, an AS path that begins with the MSEE's came over ExpressRoute. */
function transportOf({ kind, type }: LearningGateway, asPath: readonly number[]): RouteTransport {
  if (kind === 'expressRoute') return 'er'
  if (kind === 'vpn' || type === armTypes.vpnGateway) return 'vpn'
  if (kind === 'vwan' || asPath[0] === MSEE_ASN) return 'er'
  // a Route Server's table is that of one of its peers, a resource inside it
  return kind === 'routeServer' || type === armTypes.hubBgpConnection ? 'nva' : 'unknown'
}

import type { CircuitPath } from '#lib/contract/index.ts'
import { PATH_NAME_OF_VPN_CONNECTION } from '../../../model/traffic-baseline.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'

/** A path that carries traffic: one path of a circuit, or a VPN connection. */
export interface TrafficCarryingPath {
  /**
   * circuit that the path belongs to; for a VPN connection the connection itself, which is treated as a circuit with
   * one path
   */
  scope: string
  path: CircuitPath
}

/**
 * Returns the paths over which some neighbors are reached. For a neighbor of a circuit this is a circuit path. For a
 * neighbor of a VPN gateway these are all connections of the gateway with byte counters, because Azure does not report
 * which connection leads to a neighbor. Neighbors without a known path are left out.
 */
export function findTrafficPaths(context: DetectionContext, peers: readonly string[]): TrafficCarryingPath[] {
  const mapped = context.topology.mappings.filter(({ neighbor }) => peers.includes(neighbor))
  const all = [
    ...mapped.map(({ circuit, path }) => ({ scope: circuit, path })),
    ...vpnGatewaysOf(context, peers).flatMap((gateway) => connectionsOf(context, gateway)),
  ]
  return [...new Map(all.map((one) => [`${one.scope} ${one.path}`, one])).values()]
}

/**
 * Groups paths by their circuit or connection. Counters are read per circuit or connection, so paths of different ones
 * have no samples from the same time.
 */
export const groupTrafficPathsByResource = (carrying: readonly TrafficCarryingPath[]) => [
  ...Map.groupBy(carrying, ({ scope }) => scope).values(),
]

/** Reports whether a neighbor belongs to a VPN gateway. */
export const isVpnGatewayNeighbor = (context: DetectionContext, peer: string) =>
  vpnGatewaysOf(context, [peer]).length > 0

function vpnGatewaysOf(context: DetectionContext, peers: readonly string[]): string[] {
  return context.topology.gateways
    .filter(
      ({ scope, kind }) =>
        kind === 'vpn' && Object.values(ensureResourceState(context, scope).sessions).some(isOneOf(peers)),
    )
    .map(({ scope }) => scope)
}

const isOneOf =
  (peers: readonly string[]) =>
  ({ neighbor }: { neighbor: string }) =>
    peers.includes(neighbor)

/** Returns the VPN connections of a gateway that have byte counters. */
const connectionsOf = ({ topology, scopes }: DetectionContext, gateway: string): TrafficCarryingPath[] =>
  (topology.connections ?? [])
    .filter((connection) => connection.gateway === gateway && connection.circuit === null)
    .filter(({ scope }) => scopes[scope]?.traffic)
    .map(({ scope }) => ({ scope, path: PATH_NAME_OF_VPN_CONNECTION }))

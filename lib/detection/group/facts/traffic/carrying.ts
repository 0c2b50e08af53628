import type { CircuitPath } from '#lib/contract/index.ts'
import { VPN_PATH } from '../../../model/traffic-baseline.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'

/** One path of a circuit, or a VPN connection, as a path that carries traffic. */
export interface Carrying {
  /** of the circuit, or of the connection, which counts as a circuit with one path */
  scope: string
  path: CircuitPath
}

/**
 * The paths that some neighbors are: paths of circuits, and for neighbors of VPN gateways all of the gateway's connections, since
 * no answer reports over which of them a neighbor is reached. A neighbor that is none of a known path is left out.
 */
export function carryingOf(context: FoldContext, peers: readonly string[]): Carrying[] {
  const mapped = context.topology.mappings.filter(({ neighbor }) => peers.includes(neighbor))
  const all = [
    ...mapped.map(({ circuit, path }) => ({ scope: circuit, path })),
    ...vpnGatewaysOf(context, peers).flatMap((gateway) => connectionsOf(context, gateway)),
  ]
  return [...new Map(all.map((one) => [`${one.scope} ${one.path}`, one])).values()]
}

/** Counters are read once for each circuit or connection: paths of several have no samples in common. */
export const byScope = (carrying: readonly Carrying[]) => [...Map.groupBy(carrying, ({ scope }) => scope).values()]

/** Whether a neighbor is one of a VPN gateway. */
export const isVpnPeer = (context: FoldContext, peer: string) => vpnGatewaysOf(context, [peer]).length > 0

function vpnGatewaysOf(context: FoldContext, peers: readonly string[]): string[] {
  return context.topology.gateways
    .filter(({ scope, kind }) => kind === 'vpn' && Object.values(scopeOf(context, scope).sessions).some(isOneOf(peers)))
    .map(({ scope }) => scope)
}

const isOneOf =
  (peers: readonly string[]) =>
  ({ neighbor }: { neighbor: string }) =>
    peers.includes(neighbor)

/** Those whose bytes have been counted. */
const connectionsOf = ({ topology, scopes }: FoldContext, gateway: string): Carrying[] =>
  (topology.connections ?? [])
    .filter((connection) => connection.gateway === gateway && connection.circuit === null)
    .filter(({ scope }) => scopes[scope]?.traffic)
    .map(({ scope }) => ({ scope, path: VPN_PATH }))

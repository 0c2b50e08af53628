import {
  type Circuit,
  type Gateway,
  type LimitUse,
  type LossMechanism,
  type Network,
  subscriptionOf,
} from '#lib/contract/index.ts'

/** What checks are made by: what is configured, and what was polled of it last. */
export interface PostureFacts {
  circuits: readonly CircuitFacts[]
  gateways: readonly GatewayFacts[]
  networks: readonly Network[]
}

export interface CircuitFacts extends Circuit {
  customer: string | null
  /** prefixes that Microsoft accepts on one path, by the peering's name; null = not documented */
  prefixLimits: ReadonlyMap<string, number | null>
  limits: LimitUse[]
  /** losses of its sessions in the last 180 days, the newest first; mechanism null = several could be */
  losses: readonly { at: string; mechanism: LossMechanism | null }[]
}

export interface GatewayFacts extends Gateway {
  customer: string | null
  limits: LimitUse[]
  /** short id of the network or hub that it is in; null = not read */
  networkId: string | null
  /** the circuits that it is connected to; null = one that is in no subscription that is read */
  circuitIds: readonly (string | null)[]
}

/**
 * Connections that use an authorization of the circuit and that no inventory lists: ARM keeps a connection in the subscription of its
 * gateway, and shows at the circuit only that an authorization is in use.
 */
export function unseenConnections({ authorizations, connections, subscriptionId }: CircuitFacts): number {
  const elsewhere = connections.filter(({ resourceId }) => subscriptionOf(resourceId) !== subscriptionId.toLowerCase())
  return Math.max(0, authorizations.inUse - elsewhere.length)
}

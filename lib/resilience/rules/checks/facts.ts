import type { ResourceView } from '#lib/history/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { GatewayRouteTable, StoredGateway } from '#lib/gateways/api/index.ts'
import { type LimitUse, type LossMechanism, subscriptionOf } from '#lib/contract/index.ts'
import type { StoredNetwork } from '#lib/networks/api/index.ts'

/** What checks are made by: what is configured, and what was polled of it last. */
export interface PostureFacts {
  circuits: readonly CircuitFacts[]
  gateways: readonly GatewayFacts[]
  networks: readonly NetworkFacts[]
  /** neighbors that are configured at hubs, each with its ASN */
  remoteAsns: readonly RemoteAsn[]
  /** whether a site is declared with a default route: forced tunnelling is meant */
  tunnelsAll: boolean
}

export type NamedResource = Pick<ResourceView, 'id' | 'resourceId' | 'name' | 'subscriptionId' | 'resourceGroup'>

/** A device of a VPN site, or a BGP peer of a hub or a Route Server. */
interface RemoteAsn {
  /** the gateway whose connection leads there, or the peer itself */
  resource: NamedResource
  /** connection and link; null = the peer itself */
  part: string | null
  asn: number
  asnReservedBy: string | null
  command: string
}

export interface NetworkFacts extends StoredNetwork {
  /** null = it has none, or it is a hub */
  gatewaySubnet: { prefixes: readonly string[]; hasNsg: boolean } | null
}

export interface CircuitFacts extends StoredCircuit {
  customer: string | null
  /** the Metro location of its city that its provider serves; null = it is in one, or the provider is not known to */
  metroOffered: string | null
  /** prefixes that Microsoft accepts on one path, by the peering's name; null = not documented */
  prefixLimits: ReadonlyMap<string, number | null>
  limits: LimitUse[]
  /** days of the last `DRILL_DAYS` on which a session of the circuit was polled, rounded down; the losses are of these days only */
  observedDays: number
  /** losses of its sessions in the observed days, the newest first; mechanism null = several are possible */
  losses: readonly { at: string; mechanism: LossMechanism | null }[]
  /**
   * the customer's prefixes that gateways learned by it, those together that are of one site and come alike: over the same circuits, with the
   * same AS path; null = none is in a table that was read
   */
  announced: readonly { prefixes: readonly string[] }[] | null
  /** the last drill of it that was held; null = none */
  lastDrill: { title: string; at: string; daysAgo: number; verdict: 'pass' | 'fail' | 'unknown' } | null
  /** names of the peerings of which the tables of both paths were read lately */
  tablesRead: ReadonlySet<string>
  /** of a circuit with FastPath on a connection: the addresses that it has routes to, and how many it has room for; null = it has none */
  fastPath: { limit: number | null; routes: number | null; metered: string; metric: string } | null
  /** open events of detection that state what a check asks */
  open: readonly { kind: 'parity_mismatch' | 'n1_capacity_risk'; subject: string; reason: string }[]
  /** both paths together in the busiest hour of the last 7 days, the larger direction; null = bytes of too few hours are known */
  busiestHour: { bitsPerSecond: number; coveredShare: number } | null
  /** of the provider's state, in the last 30 days; `by` null = nothing in the Activity Log explains it */
  providerChanges: readonly { at: string; before: string; after: string; by: string | null }[] | null
}

export interface GatewayFacts extends StoredGateway {
  customer: string | null
  /** it belongs to an owner whom the reader does not see; `customer` is then a general name */
  isShared: boolean
  limits: LimitUse[]
  /** short id of the network or hub that it is in; null = not read */
  networkId: string | null
  /** circuits that it is connected to; null = in a subscription that is not read, or by a connection that is not known to have effect */
  circuitIds: readonly (string | null)[]
  /** its public addresses; zones null = the address is not read, or Azure states none; empty = Azure names no address */
  publicAddresses: readonly { name: string; isRead: boolean; sku: string | null; zones: readonly string[] | null }[]
  /** user-defined routes of its GatewaySubnet; null = none */
  userRoutes: GatewayRouteTable | null
  /** neighbors that a default route was learned from; null = its routes were not read lately */
  defaultFrom: readonly string[] | null
  /** what of ExpressRoute covers the private address of a VPN device, by the device's address; '' = nothing does */
  coveringDevice: ReadonlyMap<string, string>
}

/**
 * Connections that use an authorization of the circuit and that no inventory lists: ARM keeps a connection in the subscription of its
 * gateway, and shows at the circuit only that an authorization is in use.
 */
export function unseenConnections({ authorizations, connections, subscriptionId }: CircuitFacts): number {
  const elsewhere = connections.filter(({ resourceId }) => subscriptionOf(resourceId) !== subscriptionId.toLowerCase())
  return Math.max(0, authorizations.inUse - elsewhere.length)
}

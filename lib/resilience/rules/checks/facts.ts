import type { ResourceView } from '#lib/history/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { GatewayRouteTable, StoredGateway } from '#lib/gateways/api/index.ts'
import { type LimitUse, type LossMechanism, subscriptionOf } from '#lib/contract/index.ts'
import type { StoredNetwork } from '#lib/networks/api/index.ts'

/** Input of the checks: the configuration and the latest polled data. */
export interface PostureFacts {
  circuits: readonly CircuitFacts[]
  gateways: readonly GatewayFacts[]
  networks: readonly NetworkFacts[]
  /** configured BGP neighbors of hubs and Route Servers, each with its ASN */
  remoteAsns: readonly RemoteAsn[]
  /** whether a declared site has a default route, which means that forced tunnelling is intended */
  tunnelsAll: boolean
}

export type NamedResource = Pick<ResourceView, 'id' | 'resourceId' | 'name' | 'subscriptionId' | 'resourceGroup'>

/** A device of a VPN site, or a BGP peer of a hub or Route Server. */
interface RemoteAsn {
  /** the gateway with the connection to the VPN site, or the BGP peer itself */
  resource: NamedResource
  /** name of the connection and its link; null = the resource is the BGP peer itself */
  part: string | null
  asn: number
  asnReservedBy: string | null
  command: string
}

export interface NetworkFacts extends StoredNetwork {
  /** the network's GatewaySubnet; null if it has no such subnet or is a hub */
  gatewaySubnet: { prefixes: readonly string[]; hasNsg: boolean } | null
}

export interface CircuitFacts extends StoredCircuit {
  customer: string | null
  /**
   * the Metro location (a pair of peering locations) in the circuit's city that its provider serves; null = the circuit
   * is already in a Metro location, or no such location is known
   */
  metroOffered: string | null
  /** maximum number of prefixes that Microsoft accepts on one path, by peering name; null = not documented */
  prefixLimits: ReadonlyMap<string, number | null>
  limits: LimitUse[]
  /**
   * number of the last `DRILL_DAYS` days on which a session of the circuit was polled, rounded down; only losses on
   * these days are known
   */
  observedDays: number
  /**
   * losses of the circuit's sessions on the observed days, newest first; `mechanism` null = several mechanisms are
   * possible
   */
  losses: readonly { at: string; mechanism: LossMechanism | null }[]
  /**
   * the customer's prefixes that gateways learned over the circuit. Prefixes of one site with the same circuits and AS
   * path form a group; null = the tables that were read contain no such prefix
   */
  announced: readonly { prefixes: readonly string[] }[] | null
  /** the circuit's latest completed drill; null = no drill was completed */
  lastDrill: { title: string; at: string; daysAgo: number; verdict: 'pass' | 'fail' | 'unknown' } | null
  /** names of the peerings whose route tables were recently read on both paths */
  tablesRead: ReadonlySet<string>
  /**
   * use of FastPath: number of addresses with FastPath routes and their limit; null = no connection of the circuit has
   * FastPath
   */
  fastPath: { limit: number | null; routes: number | null; metered: string; metric: string } | null
  /** open events about the circuit that show that a check fails */
  open: readonly { kind: 'parity_mismatch' | 'n1_capacity_risk'; subject: string; reason: string }[]
  /**
   * load of both paths together in the busiest hour of the last 7 days, in the direction with the larger load; null =
   * bytes are known for too few hours
   */
  busiestHour: { bitsPerSecond: number; coveredShare: number } | null
  /**
   * changes of the provider's provisioning state in the last 30 days; null = the Activity Log is not read. `by` =
   * caller in the Activity Log; null = no entry explains the change
   */
  providerChanges: readonly { at: string; before: string; after: string; by: string | null }[] | null
}

export interface GatewayFacts extends StoredGateway {
  customer: string | null
  /** whether the owner of the gateway is hidden from the reader; `customer` is then a generic name */
  isShared: boolean
  limits: LimitUse[]
  /** short ID of the gateway's network or hub; null = not read */
  networkId: string | null
  /**
   * short IDs of the circuits to which the gateway is connected; null = a circuit in a subscription that is not read,
   * or over a connection that may not be in effect
   */
  circuitIds: readonly (string | null)[]
  /**
   * the gateway's public addresses; empty = Azure lists no address. Zones are null if the address is not read or Azure
   * reports no zones
   */
  publicAddresses: readonly { name: string; isRead: boolean; sku: string | null; zones: readonly string[] | null }[]
  /** user-defined routes of the gateway's GatewaySubnet; null = it has no route table */
  userRoutes: GatewayRouteTable | null
  /** neighbors from which the gateway learned a default route; null = its routes were not read recently */
  defaultFrom: readonly string[] | null
  /**
   * learned ExpressRoute prefix that covers the private address of a VPN device, by that address; '' = no learned
   * prefix covers it
   */
  coveringDevice: ReadonlyMap<string, string>
}

/**
 * Returns the minimum number of connections that use an authorization of the circuit but are in no inventory. ARM
 * stores a connection in the subscription of its gateway, and the circuit only shows that an authorization is in use.
 */
export function unseenConnections({ authorizations, connections, subscriptionId }: CircuitFacts): number {
  const elsewhere = connections.filter(({ resourceId }) => subscriptionOf(resourceId) !== subscriptionId.toLowerCase())
  return Math.max(0, authorizations.inUse - elsewhere.length)
}

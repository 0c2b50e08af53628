import type { ResourceView } from '#lib/history/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { GatewayRouteTable, GatewayToEncode, HubToEncode } from '#lib/gateways/api/index.ts'
import { type AzureLimitUse, type LossMechanism, type PortConfig, getSubscriptionId } from '#lib/contract/index.ts'
import type { NetworkToEncode } from '#lib/networks/api/index.ts'
import type { TrafficMove } from '../../api/index.ts'

/** Facts for the resilience checks. They consist of configuration and of the newest polled data. */
export interface PostureFacts {
  circuits: readonly CircuitFacts[]
  gateways: readonly GatewayFacts[]
  networks: readonly NetworkFacts[]
  lags: readonly LagFacts[]
  /** Hubs of Virtual WANs, without Route Servers. */
  wanHubs: readonly HubFacts[]
  /** BGP neighbors of hubs and Route Servers with their configured ASNs. */
  remoteAsns: readonly RemoteAsn[]
  /**
   * True if an operator declared a site with a default route. Routing all traffic to this site is then intended (forced
   * tunneling).
   */
  tunnelsAll: boolean
}

export type NamedResource = Pick<ResourceView, 'id' | 'resourceId' | 'name' | 'subscriptionId' | 'resourceGroup'>

/** A LAG of ExpressRoute Direct ports with its links. */
export type LagFacts = NamedResource & Pick<PortConfig, 'minActivePorts' | 'links'>

/** A hub of a Virtual WAN. `limits` is empty if the number of its prefixes is unknown. */
type HubFacts = NamedResource & Pick<HubToEncode, 'limits' | 'bgpConnections' | 'userVpnGateways'>

/** A device of a VPN site, or a configured BGP peer of a hub or Route Server. */
interface RemoteAsn {
  /** The gateway that is connected to the VPN site, or the BGP peer. */
  resource: NamedResource
  /** Name of the connection and its link; null = `resource` is the BGP peer. */
  part: string | null
  asn: number
  asnReservedBy: string | null
  command: string
}

export interface NetworkFacts extends NetworkToEncode {
  /** The GatewaySubnet of the network; null = it has none, or it is a hub. */
  gatewaySubnet: { prefixes: readonly string[]; hasNsg: boolean } | null
}

export interface CircuitFacts extends StoredCircuit {
  customer: string | null
  /**
   * A Metro location (a pair of peering locations in the same city) to which the circuit could move, because its
   * provider serves it. Null = none is known, or the circuit is already in one.
   */
  metroOffered: string | null
  /**
   * Maximum number of prefixes that Microsoft accepts on one path, by the name of the peering; null = not documented.
   */
  prefixLimits: ReadonlyMap<string, number | null>
  limits: AzureLimitUse[]
  /**
   * Number of whole days, among the last `MAX_DAYS_SINCE_DRILL` days, on which sessions of the circuit were polled.
   * Losses on other days are unknown.
   */
  observedDays: number
  /**
   * Losses of the circuit's sessions on these days, newest first. `mechanism` null = it is unknown how the router
   * noticed the loss.
   */
  losses: readonly { at: string; mechanism: LossMechanism | null }[]
  /**
   * Prefixes of the customer that gateways learned over the circuit, in groups with the same site, circuits and AS
   * path. Null = no such prefix is in the tables that were read.
   */
  announced: readonly { prefixes: readonly string[] }[] | null
  /** The latest drill (announced failover exercise) of the circuit that has a result; null = none. */
  lastDrill: { title: string; at: string; daysAgo: number; verdict: 'pass' | 'fail' | 'unknown' } | null
  /** Verdict on whether the traffic moves if the circuit fails; null = not computed yet. */
  move: TrafficMove | null
  /** names of the peerings for which the route tables of both paths were read recently */
  tablesRead: ReadonlySet<string>
  /**
   * Number of addresses for which the circuit has FastPath routes, and their limit; null = none of its connections uses
   * FastPath.
   */
  fastPath: { limit: number | null; routes: number | null; metered: string; metric: string } | null
  /** open events about the circuit that make a check fail */
  open: readonly { kind: 'parity_mismatch' | 'n1_capacity_risk'; subject: string; reason: string }[]
  /**
   * Rate of the busiest hour in the last 7 days. It is the sum of both paths in the direction with more traffic. Null =
   * too little was measured.
   */
  busiestHour: { bitsPerSecond: number; coveredShare: number } | null
  /**
   * Changes of the provider's provisioning state in the last 30 days; null = unknown, because the Activity Log was not
   * read. `by` is the user in the Activity Log; null = no entry matches the change.
   */
  providerChanges: readonly { at: string; before: string; after: string; by: string | null }[] | null
}

export interface GatewayFacts extends GatewayToEncode {
  customer: string | null
  /** True if another customer owns the gateway and shares it. `customer` does not contain the owner's name then. */
  isShared: boolean
  limits: AzureLimitUse[]
  /** Short id of the gateway's virtual network or hub; null = it was not read. */
  networkId: string | null
  /**
   * Short ids of the circuits to which the gateway is connected. An entry is null if the circuit is not visible, or if
   * its connection may not be in effect.
   */
  circuitIds: readonly (string | null)[]
  /**
   * Public addresses of the gateway; empty = Azure lists none. `zones` null = the address was not read, or Azure
   * reports no zones.
   */
  publicAddresses: readonly { name: string; isRead: boolean; sku: string | null; zones: readonly string[] | null }[]
  /** Names of the route maps of a Route Server; empty for other gateways. */
  routeMaps: readonly string[]
  /** Routes in the route table of the GatewaySubnet (user-defined routes); null = it has no route table. */
  userRoutes: GatewayRouteTable | null
  /** Neighbors from which the gateway learned a default route; null = its routes were not read recently. */
  defaultFrom: readonly string[] | null
  /**
   * For each private address of a VPN device, the learned ExpressRoute prefix that contains it; '' = none contains it.
   */
  coveringDevice: ReadonlyMap<string, string>
}

/**
 * Returns the minimum number of the circuit's connections that are not visible. A connection belongs to the
 * subscription of its gateway, which may not be monitored. The circuit itself shows only how many of its authorizations
 * are used.
 */
export function countInvisibleConnections({ authorizations, connections, subscriptionId }: CircuitFacts): number {
  const elsewhere = connections.filter(
    ({ resourceId }) => getSubscriptionId(resourceId) !== subscriptionId.toLowerCase(),
  )
  return Math.max(0, authorizations.inUse - elsewhere.length)
}

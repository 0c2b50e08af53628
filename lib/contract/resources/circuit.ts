import { type ValueByAddressFamily, findLinkSubnetHosts, findMseeAddresses } from '#lib/bgp/index.ts'
import { type CircuitPath, peeringNames } from '../poll.ts'
import type { CircuitOrderDetails, CircuitKeyDetails } from '../api/shared-facts.ts'
import { isResourceBeingDeleted } from './provisioning.ts'

/** Configuration of an ExpressRoute circuit; null if ARM does not report the value. */
export interface CircuitConfig extends CircuitOrderDetails, CircuitKeyDetails {
  resource: 'circuit'
  /** ARM's state of the last change, for example `Succeeded`, `Failed` or `Deleting` */
  provisioningState: string | null
  /** value reported by ARM: `Standard`, `High` or `Maximum` */
  resiliencyLevel: string | null
  globalReachEnabled: boolean | null
  /**
   * connectivity model. `exchange`: the customer runs BGP at an exchange. `telco`: the provider runs BGP. `direct`: the
   * customer has an ExpressRoute Direct port. Null = unknown
   */
  connectivity: 'exchange' | 'telco' | 'direct' | null
  /**
   * evidence for `connectivity`. `port`: the circuit is on an ExpressRoute Direct port, which is certain.
   * `last_writer`: the party that changed the peering last, which is only an indication. Null = ARM reports neither
   */
  connectivityBasis: 'port' | 'last_writer' | null
  /**
   * authorizations, by which gateways in other subscriptions may connect to the circuit: how many exist, and how many
   * are used
   */
  authorizations: { total: number; inUse: number }
  /** ARM id of the ExpressRoute Direct port or LAG on which the circuit is; null = it is on neither */
  portId: string | null
  peerings: CircuitPeering[]
}

export interface CircuitPeering {
  /** ARM's resource name of the peering, e.g. `AzurePrivatePeering`; polls of its paths use this name */
  name: string
  /** ARM's peering type; the name if ARM does not report a type */
  type: string
  /** value reported by ARM: `Enabled` or `Disabled` */
  state: string | null
  /** ARM's state of the peering's last change; `Deleting` also if the whole circuit is being deleted */
  provisioningState: string | null
  /** ARM's state of the IPv6 part of the peering */
  ipv6State: string | null
  azureAsn: number | null
  peerAsn: number | null
  vlanId: number | null
  /** subnet of the link between the customer's router and Microsoft's, per path and address family, in CIDR notation */
  subnets: Record<CircuitPath, ValueByAddressFamily>
  /** Microsoft's name of the port on which each path ends. A support case must contain these names */
  azurePorts: Record<CircuitPath, string | null>
  /** `set` = an MD5 key protects the BGP sessions; null = unknown, because most of ARM's responses omit the key */
  md5Key: 'set' | null
  /**
   * only for Microsoft peering: public prefixes that the customer intends to announce, for IPv4; null = another
   * peering, or not reported by ARM
   */
  publicPrefixes: PublicPrefixes | null
  /** like `publicPrefixes`, for IPv6. Azure validates these prefixes separately */
  ipv6PublicPrefixes: PublicPrefixes | null
  /**
   * only for Microsoft peering: `customerAsn` = the ASN to which the prefixes are registered, `routingRegistry` = the
   * registry; null = not reported by ARM
   */
  customerAsn: number | null
  routingRegistry: string | null
  /** ARM id of the attached route filter */
  routeFilterId: string | null
  /** connections to the private peering of other circuits */
  globalReach: GlobalReachConfig[]
}

/** Public prefixes that a customer intends to announce over Microsoft peering. `state` is Azure's validation state. */
export interface PublicPrefixes {
  state: string | null
  prefixes: string[]
}

/** Returns the public prefixes of a peering: an entry for IPv4 and one for IPv6, as far as ARM reports them. */
export const listPublicPrefixes = ({
  publicPrefixes,
  ipv6PublicPrefixes,
}: Pick<CircuitPeering, 'publicPrefixes' | 'ipv6PublicPrefixes'>): PublicPrefixes[] =>
  [publicPrefixes, ipv6PublicPrefixes].filter((stated) => stated !== null)

/** Global Reach connection (a link between two circuits), as ARM lists it at one of the circuits. */
export interface GlobalReachConfig {
  /** name that the connection has at the circuit on which it was created; polls use this name */
  name: string
  /** true if the Global Reach connection was created on this circuit, false if it was created on the other circuit */
  isOwn: boolean
  /** key (`normalizeArmId`) of the circuit at the other end; null = not reported by ARM */
  circuitKey: string | null
  /** prefix from which Microsoft's routers take the addresses of the connection: a /29, for IPv6 a /125 */
  addressPrefix: string | null
  ipv6AddressPrefix: string | null
  provisioningState: string | null
}

/**
 * ARM's two lists of a peering's Global Reach connections. `connections` were created on this circuit,
 * `peerConnections` on the circuit at the other end.
 */
export const globalReachListNames = ['connections', 'peerConnections'] as const
export type GlobalReachListName = (typeof globalReachListNames)[number]

/**
 * Returns the name by which polls refer to a Global Reach connection in one address family: `to-paris` or `to-paris
 * (IPv6)`.
 */
export const formatGlobalReachName = (connection: string, family: 4 | 6): string =>
  family === 4 ? connection : `${connection} (IPv6)`

/**
 * Returns whether a Global Reach connection is up. ARM's status `Connecting` counts as unknown. Source: Azure Network
 * REST, CircuitConnectionStatus: Connected, Connecting, Disconnected.
 */
export function parseGlobalReachState(word: string | null): 'up' | 'down' | 'unknown' {
  switch (word?.toLowerCase()) {
    case 'connected':
      return 'up'
    case 'disconnected':
      return 'down'
    default:
      return 'unknown'
  }
}

/**
 * Addresses of the customer's router and of the MSEE (Microsoft's edge router) on one path of a peering, in one address
 * family.
 */
export interface CircuitPathLink {
  family: 4 | 6
  customer: string
  microsoft: string
  /** ARM's state of the peering, or of its IPv6 part */
  state: string | null
}

/**
 * Returns the main peering of a circuit, whose two paths count as the paths of the circuit. It is the private peering,
 * because gateways connect to it; otherwise the Microsoft peering, otherwise the public peering. Null if there is none
 * of these.
 */
export function findMainPeering<Peering extends { name: string; type?: string }>(
  peerings: readonly Peering[],
): Peering | null {
  const ofType = (wanted: string) =>
    peerings.find(({ name, type = name }) => type.toLowerCase() === wanted.toLowerCase())
  return peeringNames.map(ofType).find((found) => found !== undefined) ?? null
}

/**
 * Returns the peerings whose bytes must be polled separately. A circuit's own counters contain the sum of all its
 * peerings. With fewer than two peerings the list is empty, because the circuit's counters are sufficient. Peerings
 * that are not enabled have no counters.
 */
export function listSeparatelyCountedPeerings({
  peerings,
}: Pick<CircuitConfig, 'peerings'>): readonly CircuitPeering[] {
  return peerings.length < 2 ? [] : peerings.filter(isPeeringEnabled)
}

/** Returns the router addresses at both ends of one path, IPv4 first; empty if the path has no subnets. */
export function listCircuitPathLinks(
  { subnets, state, ipv6State }: CircuitPeering,
  path: CircuitPath,
): CircuitPathLink[] {
  const { ipv4, ipv6 } = subnets[path]
  return [...linkIn(4, ipv4, state), ...linkIn(6, ipv6, ipv6State)]
}

/**
 * Returns the addresses of the MSEE (Microsoft's edge router) on one path of a peering, by address family; null = the
 * family is not configured.
 * @param peering ARM's name of the peering, in any case
 */
export function findMseePathAddresses(
  { peerings }: Pick<CircuitConfig, 'peerings'>,
  peering: string,
  path: CircuitPath,
): ValueByAddressFamily {
  const found = peerings.find(({ name }) => name.toLowerCase() === peering.toLowerCase())
  return findMseeAddresses(found?.subnets[path] ?? { ipv4: null, ipv6: null })
}

function linkIn(family: 4 | 6, subnet: string | null, state: string | null): CircuitPathLink[] {
  const hosts = subnet === null ? null : findLinkSubnetHosts(subnet)
  return hosts ? [{ family, ...hosts, state }] : []
}

/**
 * Returns the configured state of a peering: `Deleting` during a deletion, because ARM's `state` stays `Enabled` then;
 * otherwise ARM's `state`. Null = not reported by ARM.
 */
export const getPeeringConfiguredState = (
  peering: Pick<CircuitPeering, 'state' | 'provisioningState'>,
): string | null => (isResourceBeingDeleted(peering) ? 'Deleting' : peering.state)

/** Reports whether a peering is enabled and is not being deleted. False if ARM does not report its state. */
export const isPeeringEnabled = (peering: Pick<CircuitPeering, 'state' | 'provisioningState'>): boolean =>
  getPeeringConfiguredState(peering)?.toLowerCase() === 'enabled'

/**
 * Reports whether the provider has provisioned the circuit and Azure does not report it as disabled. Without this, the
 * circuit has no working paths.
 */
export function isCircuitProvisioned({ provisioning }: Pick<CircuitConfig, 'provisioning'>): boolean {
  return provisioning.provider?.toLowerCase() === 'provisioned' && provisioning.circuit?.toLowerCase() !== 'disabled'
}

/**
 * Names of Azure Monitor's bit rate metrics for a path of a circuit, a peering, or an ExpressRoute connection; in =
 * into Azure.
 */
export const bitRateMetrics = { in: 'BitsInPerSecond', out: 'BitsOutPerSecond' } as const
/**
 * Names of Azure Monitor's metrics for the number of FastPath routes: `circuit` counts the routes of one circuit,
 * `port` counts those of all circuits on an ExpressRoute Direct port.
 */
export const fastPathMetrics = {
  circuit: 'FastPathRoutesCountForCircuit',
  port: 'FastPathRoutesCountForDirectPort',
} as const
/** Names of Azure Monitor's bit rate metrics for the Global Reach traffic of a circuit; in = into Azure. */
export const globalReachMetrics = { in: 'GlobalReachBitsInPerSecond', out: 'GlobalReachBitsOutPerSecond' } as const
export const isGlobalReachMetric = (metric: string): boolean =>
  metric === globalReachMetrics.in || metric === globalReachMetrics.out

/** Reports whether a circuit has a Global Reach connection, created on it or on another circuit. */
export const hasGlobalReach = ({ peerings }: Pick<CircuitConfig, 'peerings'>): boolean =>
  peerings.some(({ globalReach }) => globalReach.length > 0)

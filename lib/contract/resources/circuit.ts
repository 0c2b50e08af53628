import { type ByFamily, findLinkHosts, findMseeAddresses } from '#lib/bgp/index.ts'
import { type CircuitPath, peeringNames } from '../poll.ts'
import type { CircuitOrder, CircuitKeys } from '../api/shared-facts.ts'
import { isBeingDeleted } from './provisioning.ts'

/** Configuration of an ExpressRoute circuit; null if ARM does not report the value. */
export interface CircuitConfig extends CircuitOrder, CircuitKeys {
  resource: 'circuit'
  /** ARM's state of the last change, for example `Succeeded`, `Failed` or `Deleting` */
  provisioningState: string | null
  /** value reported by ARM: `Standard`, `High` or `Maximum` */
  resiliencyLevel: string | null
  globalReachEnabled: boolean | null
  /**
   * connectivity model: the customer runs BGP at an exchange, the provider runs it, or the customer has an ExpressRoute
   * Direct port
   */
  connectivity: 'exchange' | 'telco' | 'direct' | null
  /**
   * evidence for `connectivity`: an own port is certain, the last writer of the peering is only an indication; null =
   * ARM reports neither
   */
  connectivityBasis: 'port' | 'last_writer' | null
  /** number of authorizations for gateways of other subscriptions, and how many of them are used */
  authorizations: { total: number; inUse: number }
  /** ARM id of the ExpressRoute Direct port */
  portId: string | null
  peerings: CircuitPeering[]
}

export interface CircuitPeering {
  /** ARM's resource name, e.g. `AzurePrivatePeering`, as used in the polls of a path */
  name: string
  /** ARM's peering type; the name if ARM does not report a type */
  type: string
  /** value reported by ARM: `Enabled` or `Disabled` */
  state: string | null
  /** ARM's state of the last change; `Deleting` if the whole circuit is being deleted */
  provisioningState: string | null
  /** ARM's state of the last change of its IPv6 part */
  ipv6State: string | null
  azureAsn: number | null
  peerAsn: number | null
  vlanId: number | null
  /** link subnets in CIDR notation */
  subnets: Record<CircuitPath, ByFamily>
  /** Microsoft's names of the ports on which the paths end, which a support case requires */
  azurePorts: Record<CircuitPath, string | null>
  /** `set` = an MD5 key protects the sessions; null = unknown, because ARM omits the key in most responses */
  md5Key: 'set' | null
  /**
   * only for Microsoft peering: prefixes that the customer intends to announce; null = other peering, or not reported
   * by ARM
   */
  publicPrefixes: PublicPrefixes | null
  /** `publicPrefixes` of the IPv6 part, which is validated separately */
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

/** Prefixes that a customer intends to announce, and Azure's validation state. */
export interface PublicPrefixes {
  state: string | null
  prefixes: string[]
}

/** Returns the declared prefixes of a peering for both address families. */
export const publicPrefixesOf = ({
  publicPrefixes,
  ipv6PublicPrefixes,
}: Pick<CircuitPeering, 'publicPrefixes' | 'ipv6PublicPrefixes'>): PublicPrefixes[] =>
  [publicPrefixes, ipv6PublicPrefixes].filter((stated) => stated !== null)

/** Global Reach connection as listed at one of its two circuits. */
export interface GlobalReachConfig {
  /** name of the connection at the circuit on which it was created; polls use this name */
  name: string
  /** true if it was created on this circuit, false if on the other circuit */
  isOwn: boolean
  /** key (`armKey`) of the circuit at the other end; null = not reported by ARM */
  circuitKey: string | null
  /** prefix from which Microsoft's routers take the addresses of the connection: a /29, for IPv6 a /125 */
  addressPrefix: string | null
  ipv6AddressPrefix: string | null
  provisioningState: string | null
}

/**
 * ARM's two lists of Global Reach connections of a peering: connections created on this circuit, and connections
 * created on other circuits.
 */
export const reachLists = ['connections', 'peerConnections'] as const
export type ReachList = (typeof reachLists)[number]

/** Returns the name under which polls refer to one address family of a Global Reach connection. */
export const reachName = (connection: string, family: 4 | 6): string =>
  family === 4 ? connection : `${connection} (IPv6)`

/**
 * Returns the state of a Global Reach connection from ARM's status.
 * Source: Azure Network REST, CircuitConnectionStatus: Connected, Connecting, Disconnected.
 */
export function reachState(word: string | null): 'up' | 'down' | 'unknown' {
  switch (word?.toLowerCase()) {
    case 'connected':
      return 'up'
    case 'disconnected':
      return 'down'
    default:
      return 'unknown'
  }
}

/** The two ends of a BGP session between the customer's router and the MSEE, in one address family of one path. */
export interface PathLink {
  family: 4 | 6
  customer: string
  microsoft: string
  /** ARM's state of the peering, or of its IPv6 part */
  state: string | null
}

/**
 * Returns the main peering, whose two paths count as the paths of the circuit: private peering, to which gateways
 * connect; without it Microsoft peering, then public peering. Null if there is none of these.
 */
export function mainPeering<Peering extends { name: string; type?: string }>(
  peerings: readonly Peering[],
): Peering | null {
  const ofType = (wanted: string) =>
    peerings.find(({ name, type = name }) => type.toLowerCase() === wanted.toLowerCase())
  return peeringNames.map(ofType).find((found) => found !== undefined) ?? null
}

/**
 * Returns the peerings that have separate counters. If a circuit has several peerings, the circuit's counters contain
 * the sum of all. For a circuit with one peering the list is empty, because the circuit's counters belong to that
 * peering. Disabled peerings have no counters.
 */
export function countedPeerings({ peerings }: Pick<CircuitConfig, 'peerings'>): readonly CircuitPeering[] {
  return peerings.length < 2 ? [] : peerings.filter(isPeeringEnabled)
}

/** Returns the links of one path, IPv4 first; empty if the path has no subnet. */
export function linksOf({ subnets, state, ipv6State }: CircuitPeering, path: CircuitPath): PathLink[] {
  const { ipv4, ipv6 } = subnets[path]
  return [...linkIn(4, ipv4, state), ...linkIn(6, ipv6, ipv6State)]
}

/**
 * Returns the MSEE's addresses on one path of a peering, given by its ARM name; null for a family that is not
 * configured.
 */
export function pathAddresses(
  { peerings }: Pick<CircuitConfig, 'peerings'>,
  peering: string,
  path: CircuitPath,
): ByFamily {
  const found = peerings.find(({ name }) => name.toLowerCase() === peering.toLowerCase())
  return findMseeAddresses(found?.subnets[path] ?? { ipv4: null, ipv6: null })
}

function linkIn(family: 4 | 6, subnet: string | null, state: string | null): PathLink[] {
  const hosts = subnet === null ? null : findLinkHosts(subnet)
  return hosts ? [{ family, ...hosts, state }] : []
}

/**
 * Returns the intended state of a peering: ARM's state, or `Deleting`, because ARM's state stays Enabled during a
 * deletion. null = not reported by ARM.
 */
export const intentOf = (peering: Pick<CircuitPeering, 'state' | 'provisioningState'>): string | null =>
  isBeingDeleted(peering) ? 'Deleting' : peering.state

/** Reports whether the peering is enabled and not being deleted. False if ARM does not report the state. */
export const isPeeringEnabled = (peering: Pick<CircuitPeering, 'state' | 'provisioningState'>): boolean =>
  intentOf(peering)?.toLowerCase() === 'enabled'

/**
 * Reports whether the provider has provisioned the circuit and Azure does not report it as disabled; before that, its
 * paths do not exist.
 */
export function isProvisioned({ provisioning }: Pick<CircuitConfig, 'provisioning'>): boolean {
  return provisioning.provider?.toLowerCase() === 'provisioned' && provisioning.circuit?.toLowerCase() !== 'disabled'
}

/** Azure Monitor's rates of a circuit path, a peering or an ExpressRoute connection; in = into Azure. */
export const bitRateMetrics = { in: 'BitsInPerSecond', out: 'BitsOutPerSecond' } as const
/**
 * Azure Monitor's number of FastPath routes at a circuit, and at an ExpressRoute Direct port for all of its circuits.
 */
export const fastPathMetrics = {
  circuit: 'FastPathRoutesCountForCircuit',
  port: 'FastPathRoutesCountForDirectPort',
} as const
/** Azure Monitor's rates of Global Reach at a circuit; in = into Azure. */
export const reachMetrics = { in: 'GlobalReachBitsInPerSecond', out: 'GlobalReachBitsOutPerSecond' } as const
export const isReachMetric = (metric: string): boolean => metric === reachMetrics.in || metric === reachMetrics.out

/** Reports whether a circuit has a Global Reach connection, created on it or on another circuit. */
export const hasReach = ({ peerings }: Pick<CircuitConfig, 'peerings'>): boolean =>
  peerings.some(({ globalReach }) => globalReach.length > 0)

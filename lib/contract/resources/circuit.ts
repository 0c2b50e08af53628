import { type ByFamily, linkHosts, mseeAddresses } from '#lib/bgp/index.ts'
import { type CircuitPath, peeringNames } from '../poll.ts'
import type { CircuitOrder, CircuitKeys } from '../api/shared-facts.ts'
import { isBeingDeleted } from './provisioning.ts'

/** How an ExpressRoute circuit is configured; null wherever ARM states nothing. */
export interface CircuitConfig extends CircuitOrder, CircuitKeys {
  resource: 'circuit'
  /** ARM's word for its last change, such as `Succeeded`, `Failed` or `Deleting` */
  provisioningState: string | null
  /** ARM's word: `Standard`, `High` or `Maximum` */
  resiliencyLevel: string | null
  globalReachEnabled: boolean | null
  /** who runs BGP: the customer, the provider, or the customer on a port of their own */
  connectivity: 'exchange' | 'telco' | 'direct' | null
  /** what that rests on: the circuit's own port is certain, who wrote the peering last only suggests it; null = ARM states neither */
  connectivityBasis: 'port' | 'last_writer' | null
  /** authorizations that let gateways of other subscriptions connect, and how many of them are used */
  authorizations: { total: number; inUse: number }
  /** ARM id of the ExpressRoute Direct port */
  portId: string | null
  peerings: CircuitPeering[]
}

export interface CircuitPeering {
  /** ARM's resource name, e.g. `AzurePrivatePeering`: the polls of a path name it */
  name: string
  /** ARM's peering type; the name where ARM states none */
  type: string
  /** ARM's word: `Enabled` or `Disabled` */
  state: string | null
  /** ARM's word for its last change; `Deleting` where the whole circuit is being deleted */
  provisioningState: string | null
  /** the same word for its IPv6 part */
  ipv6State: string | null
  azureAsn: number | null
  peerAsn: number | null
  vlanId: number | null
  /** link subnets in CIDR notation */
  subnets: Record<CircuitPath, ByFamily>
  /** Microsoft's names of the ports that the paths end on: a support case begins with them */
  azurePorts: Record<CircuitPath, string | null>
  /** an MD5 key protects the sessions; null = not known, because ARM leaves the key out of most answers */
  md5Key: 'set' | null
  /** on Microsoft peering: what the customer means to announce; null = another peering, or ARM states nothing */
  publicPrefixes: PublicPrefixes | null
  /** the same of its IPv6 part, which has a validation of its own */
  ipv6PublicPrefixes: PublicPrefixes | null
  /** on Microsoft peering: the ASN that the prefixes are registered to, and the registry; null = ARM states none */
  customerAsn: number | null
  routingRegistry: string | null
  /** ARM id */
  routeFilterId: string | null
  /** connections to private peering of other circuits */
  globalReach: GlobalReachConfig[]
}

/** Prefixes that a customer means to announce, and Azure's word on their validation. */
export interface PublicPrefixes {
  state: string | null
  prefixes: string[]
}

/** Of both IP versions: what a peering states. */
export const publicPrefixesOf = ({
  publicPrefixes,
  ipv6PublicPrefixes,
}: Pick<CircuitPeering, 'publicPrefixes' | 'ipv6PublicPrefixes'>): PublicPrefixes[] =>
  [publicPrefixes, ipv6PublicPrefixes].filter((stated) => stated !== null)

/** A Global Reach connection, as the circuit at one of its ends has it. */
export interface GlobalReachConfig {
  /** by the name that it got where it was made; its poll names it so */
  name: string
  /** it was made on this circuit; else on the other one */
  isOwn: boolean
  /** key (`armKey`) of the circuit at the other end; null = ARM names none */
  circuitKey: string | null
  /** that Microsoft's routers take addresses from for it: a /29, for IPv6 a /125 */
  addressPrefix: string | null
  ipv6AddressPrefix: string | null
  provisioningState: string | null
}

/** The two lists of Global Reach connections that ARM has of a peering: those made on the circuit, and those made on others to it. */
export const reachLists = ['connections', 'peerConnections'] as const
export type ReachList = (typeof reachLists)[number]

/** How a poll names what it reads of one IP version of a Global Reach connection. */
export const reachName = (connection: string, family: 4 | 6): string =>
  family === 4 ? connection : `${connection} (IPv6)`

/**
 * The state of a Global Reach connection by ARM's word.
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
  /** of the peering, or of its IPv6 part: ARM's word */
  state: string | null
}

/**
 * The circuit's peering: the one whose two paths are the circuit's paths. The private one, which gateways connect to; without it
 * Microsoft peering, then public peering. Null where there is none of these.
 */
export function mainPeering<Peering extends { name: string; type?: string }>(
  peerings: readonly Peering[],
): Peering | null {
  const ofType = (wanted: string) =>
    peerings.find(({ name, type = name }) => type.toLowerCase() === wanted.toLowerCase())
  return peeringNames.map(ofType).find((found) => found !== undefined) ?? null
}

/**
 * Peerings that have counters of their own: on a circuit with several, the circuit's counters mix what they carry. None on a circuit
 * with one peering, whose counters are the circuit's. A peering that is switched off has no counters.
 */
export function countedPeerings({ peerings }: Pick<CircuitConfig, 'peerings'>): readonly CircuitPeering[] {
  return peerings.length < 2 ? [] : peerings.filter(isPeeringEnabled)
}

/** The links of one path, IPv4 first; empty where the path has no subnet. */
export function linksOf({ subnets, state, ipv6State }: CircuitPeering, path: CircuitPath): PathLink[] {
  const { ipv4, ipv6 } = subnets[path]
  return [...linkIn(4, ipv4, state), ...linkIn(6, ipv6, ipv6State)]
}

/** The MSEE's addresses on one path of a peering, by its ARM name; null in a family that is not configured. */
export function pathAddresses(
  { peerings }: Pick<CircuitConfig, 'peerings'>,
  peering: string,
  path: CircuitPath,
): ByFamily {
  const found = peerings.find(({ name }) => name.toLowerCase() === peering.toLowerCase())
  return mseeAddresses(found?.subnets[path] ?? { ipv4: null, ipv6: null })
}

function linkIn(family: 4 | 6, subnet: string | null, state: string | null): PathLink[] {
  const hosts = subnet === null ? null : linkHosts(subnet)
  return hosts ? [{ family, ...hosts, state }] : []
}

/**
 * What a peering is meant to do: ARM's word for its state, which stays Enabled while it is being deleted, or `Deleting`.
 * null = ARM states nothing.
 */
export const intentOf = (peering: Pick<CircuitPeering, 'state' | 'provisioningState'>): string | null =>
  isBeingDeleted(peering) ? 'Deleting' : peering.state

/** Whether the peering is switched on, and stays. Other than switched off, this needs ARM's word. */
export const isPeeringEnabled = (peering: Pick<CircuitPeering, 'state' | 'provisioningState'>): boolean =>
  intentOf(peering)?.toLowerCase() === 'enabled'

/** Whether the provider has built the circuit and Azure has it enabled: before that, its paths do not exist. */
export function isProvisioned({ provisioning }: Pick<CircuitConfig, 'provisioning'>): boolean {
  return provisioning.provider?.toLowerCase() === 'provisioned' && provisioning.circuit?.toLowerCase() !== 'disabled'
}

/** Azure Monitor's rates of a circuit's path, a peering or an ExpressRoute connection; in = into Azure. */
export const bitRateMetrics = { in: 'BitsInPerSecond', out: 'BitsOutPerSecond' } as const
/** Azure Monitor's count of FastPath's routes: at a circuit, and at a port of ExpressRoute Direct for all of its circuits. */
export const fastPathMetrics = {
  circuit: 'FastPathRoutesCountForCircuit',
  port: 'FastPathRoutesCountForDirectPort',
} as const
/** Azure Monitor's rates of Global Reach at a circuit; in = into Azure. */
export const reachMetrics = { in: 'GlobalReachBitsInPerSecond', out: 'GlobalReachBitsOutPerSecond' } as const
export const isReachMetric = (metric: string): boolean => metric === reachMetrics.in || metric === reachMetrics.out

/** Whether a circuit has a Global Reach connection, made on it or on another one. */
export const hasReach = ({ peerings }: Pick<CircuitConfig, 'peerings'>): boolean =>
  peerings.some(({ globalReach }) => globalReach.length > 0)

import {
  type CircuitPath,
  circuitPaths,
  type DetectedEvent,
  type EpochMs,
  mainPeering,
  type MaintenanceWindowView,
  type PublicPrefixes,
} from '#lib/contract/index.ts'
import type { GatewayKind, LayerIntent } from '../verdict/index.ts'

/** What detection must know of one group of connected resources; made from the recorded inventory and mapping. */
export interface Topology {
  circuits: CircuitNode[]
  gateways: GatewayNode[]
  mappings: Mapping[]
  /** the virtual networks that hold the gateways; absent = none is listed */
  networks?: NetworkNode[]
  /** what ties gateways to circuits or to other ends; absent = not reported */
  connections?: ConnectionNode[]
  /** what ties gateways of Virtual WAN hubs to circuits; absent = nothing does */
  hubConnections?: HubConnectionNode[]
  /** VPN gateways of Virtual WAN hubs; absent = there is none */
  hubVpnGateways?: HubVpnNode[]
  /** declared by an operator, as everything below; empty until there are any */
  sites: Site[]
  /** what stands for sites where nobody declared any; absent = not looked up */
  learned?: LearnedSite[]
  policies: PathPolicy[]
  maintenance: MaintenanceWindow[]
  /** prefixes of which every announcement, withdrawal and change of path is reported, one by one */
  watched: string[]
  /** whose each circuit, gateway and connection of the estate is, by scope; absent = no customers are declared */
  owners?: ReadonlyMap<string, string>
  /** of an inventory that reports a removal: the neighbors that are no part of the estate any more; absent otherwise */
  former?: FormerNeighbor[]
}

/** A neighbor that no connection leads to any more. */
export interface FormerNeighbor {
  gateway: string
  /** null = which one was not known */
  neighbor: string | null
  /** what it was: a circuit, or the VPN connection that it stood behind */
  circuit: string
  /** the name that this has, or had */
  circuitName: string
}

export interface CircuitNode {
  scope: string
  name: string
  provider: string | null
  /** peering location */
  location: string | null
  /** Azure's region of the resource, e.g. `uksouth` */
  region?: string | null
  /** as {@link resourceGroupOf} names it */
  resourceGroup?: string | null
  connectivity: 'exchange' | 'telco' | 'direct' | null
  bandwidthBps: number | null
  premium: boolean
  peerings: PeeringNode[]
  /** ARM id of the ExpressRoute Direct port that it is on; absent = it is on none */
  port?: string
  /** whether each prefix that it carries has been seen over another circuit or gateway too; null = not known */
  backedUp: boolean | null
}

export interface PeeringNode {
  /** as in the part of a source: `AzurePrivatePeering` */
  name: string
  intent: LayerIntent
  /** the customer's router on each path, by the session that the path is judged by; null = the path has no link subnet */
  customers: Record<CircuitPath, string | null>
  /** the same router in the other address family, where a path has both; absent = no path has */
  secondFamily?: Record<CircuitPath, string | null>
  /** Microsoft's names of the ports that the paths end on; absent = ARM names none */
  ports?: Record<CircuitPath, string | null>
  /** on Microsoft peering: what the customer means to announce in each IP version, and Azure's word on its validation; absent elsewhere */
  publicPrefixes?: PublicPrefixes[]
  /** it has counters of its own, because the circuit has other peerings too; absent = those of the circuit are its own */
  isCounted?: true
}

/** Whose bytes counters count: those of the circuit's own paths, of all its peerings together, or of another peering, by its name. */
export type CountedPart = 'own' | 'all' | (string & {})

/** Whose bytes a peering's are; null = they can't be separated from those of other peerings. */
export function partOf({ peerings }: CircuitNode, { name, isCounted }: PeeringNode): CountedPart | null {
  if (mainPeering(peerings)?.name === name) return 'own'
  return isCounted ? name : null
}

/** What the counters of a source count. @param circuit absent = a VPN connection, which is a path of its own */
export function countedBy(circuit: CircuitNode | undefined, subresource: string): CountedPart {
  if (!circuit) return 'own'
  if (subresource === '') return isCountedByPeering(circuit) ? 'all' : 'own'
  return mainPeering(circuit.peerings)?.name === subresource ? 'own' : subresource
}

/** The source that counts a part of a circuit, as its subresource. */
export function counterOf(circuit: CircuitNode, part: CountedPart): string {
  if (part === 'all' || !isCountedByPeering(circuit)) return ''
  return part === 'own' ? (mainPeering(circuit.peerings)?.name ?? '') : part
}

/** Whose bytes fill a path: every peering of a circuit shares its bandwidth. */
export const loadPart = (circuit: CircuitNode): CountedPart => (isCountedByPeering(circuit) ? 'all' : 'own')

const isCountedByPeering = ({ peerings }: CircuitNode) => peerings.some(({ isCounted }) => isCounted)

/** Gateways hang on this peering of a circuit, and on no other. */
export const PRIVATE_PEERING = 'AzurePrivatePeering'

/**
 * Whether an event of a circuit is about what a gateway's neighbor hangs on: the private peering as a whole, or the neighbor's path of
 * it. Events that name no peering are about the whole circuit.
 */
export function affectsGateways(
  { kind, subject }: Pick<DetectedEvent, 'kind' | 'subject'>,
  path: string | null,
): boolean {
  switch (kind) {
    case 'path_down':
      return subject === `${PRIVATE_PEERING}/${path}`
    case 'circuit_down':
    case 'prefix_limit_exceeded':
    case 'peering_disabled':
      return subject === PRIVATE_PEERING
    default:
      return true
  }
}

/** The path on which a neighbor of an edge router is the customer's router, in either address family; null = it is none. */
export function pathOfCustomer({ customers, secondFamily }: PeeringNode, neighbor: string): CircuitPath | null {
  return circuitPaths.find((path) => customers[path] === neighbor || secondFamily?.[path] === neighbor) ?? null
}

export interface GatewayNode {
  scope: string
  name: string
  kind: GatewayKind
  /** Azure's region of the resource */
  region?: string | null
  /** as {@link resourceGroupOf} names it */
  resourceGroup?: string | null
  provisioningState: string | null
  /** its name, such as `ErGw2AZ`; absent = not reported */
  sku?: string | null
  /** its own ASN; absent = not reported */
  asn?: number
  /** Azure adds and takes scale units, and instances with them, by load; absent = it does not */
  scales?: true
  /** addresses of its instances by its configuration; absent = it names none */
  addresses?: string[]
  /** addresses of other gateways and Route Servers in its network; absent = there are none */
  beside?: string[]
  /** scopes of the circuits that it is connected to */
  circuits: string[]
  /** scope of the other gateway of a migration, and whether that replaces this one; absent = it is not migrated by a second one */
  migration?: { with: string; role: 'from' | 'to' }
  /** in a migration it waits for another gateway, and nothing is expected of its sessions; absent = it is in use */
  isStandby?: true
  /** of a VPN gateway: one instance carries, the other waits and takes over under its address; absent = not reported */
  activeStandby?: boolean
}

/** A virtual network that holds gateways, with its peerings. */
export interface NetworkNode {
  scope: string
  name: string
  links: NetworkLink[]
}

/** A peering of such a network, by what each side reports. */
export interface NetworkLink {
  /** key (`armKey`) of the other network */
  key: string
  /** name of its own side; while that is gone, of the other one */
  name: string
  /** scope of the other network; null = it is not listed */
  remote: string | null
  /** null = its own side is gone */
  own: PeeringSide | null
  /** null = the other side is gone, or not read */
  back: PeeringSide | null
  /** the other network reaches on-premises by the gateways here */
  transit: boolean
}

/** ARM's words for one side of a peering; null = it reports none */
export interface PeeringSide {
  state: string | null
  sync: string | null
}

/** A connection of a gateway: what is changed on it affects both ends. */
export interface ConnectionNode {
  scope: string
  gateway: string
  /** null = its other end is no circuit that is known here */
  circuit: string | null
  /** `routingWeight`; null = not known */
  weight: number | null
  /** its name in Azure; absent = not reported */
  name?: string
  /** of a VPN connection: the neighbor behind it, by which a session over it is known; absent = no BGP, or not known */
  neighbor?: string
}

/** A connection of a hub's ExpressRoute gateway, which stands inside the gateway: it brings what the circuit's private peering has. */
export interface HubConnectionNode {
  /** scope of the hub's gateway */
  gateway: string
  name: string
  circuit: string
}

/** The VPN gateway of a hub. Azure reports no sessions of it: its links alone show what is reached. */
export interface HubVpnNode {
  scope: string
  /** as polls name them: `to-branch/isp-a`, of a connection without links its own name */
  links: string[]
}

/** Which path of which circuit an MSEE neighbor of a gateway is. */
export interface Mapping {
  gateway: string
  neighbor: string
  circuit: string
  path: CircuitPath
  confidence: 'certain' | 'inferred'
}

export interface Site {
  name: string
  prefixes: string[]
  /** scope of the circuit that is meant to carry it */
  home: string | null
  /** addresses of its routers as the edge routers see them, by router; empty = not declared */
  routers: Record<string, string[]>
}

/** Prefixes that have been at home behind the same place for long: what a site is taken for until somebody declares it. */
export interface LearnedSite {
  /** `learned: Amsterdam / Equinix` */
  name: string
  prefixes: string[]
  /** scopes of the circuits by which they are best reached, sorted */
  circuits: string[]
  /** the least that is known of which circuit their neighbors are */
  confidence: Mapping['confidence']
}

/**
 * What is meant of two paths: `active_standby` = the first named circuit carries the prefixes, the others wait; `active_active` =
 * all carry them alike; `symmetric` = traffic returns by the path that it came. Without prefixes it is meant for all of them.
 */
export interface PathPolicy {
  kind: 'active_standby' | 'active_active' | 'symmetric'
  /** scopes, the preferred one first */
  circuits: string[]
  prefixes: string[]
}

/** Work that was announced, by an operator or by Azure's Service Health; `scopes` empty = everything, `paths` empty = both. */
export interface MaintenanceWindow extends Pick<MaintenanceWindowView, 'title' | 'scopes' | 'paths'> {
  /** unlike that of any other window, whoever announced it */
  id: string
  announcedBy: 'operator' | 'service_health'
  from: EpochMs
  to: EpochMs
}

export const NOTHING_CONNECTED: Topology = {
  circuits: [],
  gateways: [],
  mappings: [],
  sites: [],
  policies: [],
  maintenance: [],
  watched: [],
}

/** The circuit behind an event of a hub's connection; null = the event is of something else, or no circuit is known there. */
export function circuitOfHubConnection(
  { hubConnections = [] }: Topology,
  { kind, scope, subject }: Pick<DetectedEvent, 'kind' | 'scope' | 'subject'>,
): string | null {
  if (kind !== 'hub_connection_emptied') return null
  return hubConnections.find(({ gateway, name }) => gateway === scope && name === subject)?.circuit ?? null
}

/** The scopes of a group, sorted: they are locked in this order. */
export function scopesOf({ circuits, gateways }: Topology): string[] {
  return [...circuits, ...gateways].map(({ scope }) => scope).toSorted()
}

/** Connections that are a path of their own for bytes; those to a circuit carry what its counters count. */
export function vpnConnectionsOf({ gateways, connections = [] }: Topology): string[] {
  const isOfVpn = (scope: string) => gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')
  const own = connections.filter(({ gateway, circuit }) => circuit === null && isOfVpn(gateway))
  return [...new Set(own.map(({ scope }) => scope))]
}

/** What polls report tunnels of: VPN connections, and VPN gateways of hubs, which report those of all their connections. */
export const tunnelScopesOf = (topology: Topology): string[] => [
  ...vpnConnectionsOf(topology),
  ...(topology.hubVpnGateways ?? []).map(({ scope }) => scope),
]

/** A config signal names resources by ARM id; `scopeOfResource` finds the short one. */
export type ScopeOfResource = (resourceId: string) => string

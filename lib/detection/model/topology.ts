import {
  type CircuitPath,
  circuitPaths,
  DEFAULT_HUB_TABLE,
  type DetectedEvent,
  type EpochMs,
  type FailoverTestExplainingLosses,
  findMainPeering,
  type LagLinkState,
  type ApiMaintenanceWindow,
  parseHubRowNextHop,
  type PollRecord,
  type PublicPrefixes,
  type RouteMapRule,
} from '#lib/contract/index.ts'
import type { GatewayKind, ConfiguredLayers } from '../verdict/index.ts'

/**
 * The data that detection needs about one group of resources that are connected with each other. It is made from the
 * recorded inventory and the mappings of neighbors to circuits.
 */
export interface GroupTopology {
  circuits: CircuitNode[]
  gateways: GatewayNode[]
  mappings: NeighborPathMapping[]
  /** virtual networks that contain the gateways; absent = not listed */
  networks?: NetworkNode[]
  /** LAGs that carry circuits, or one LAG without a listed circuit; absent = no LAG is known */
  lags?: LagNode[]
  /** connections of gateways to circuits or other resources; absent = not reported */
  connections?: ConnectionNode[]
  /** connections of Virtual WAN hubs' gateways to circuits; absent = empty */
  hubConnections?: HubConnectionNode[]
  /** VPN gateways of Virtual WAN hubs; absent = empty */
  hubVpnGateways?: HubVpnGatewayNode[]
  /** Virtual WAN hubs of the gateways; absent = empty */
  hubs?: HubNode[]
  /**
   * declared sites. This field and the following fields contain declarations of an operator, except where stated; they
   * are empty if nothing is declared.
   */
  sites: DeclaredSiteNode[]
  /**
   * sites that were learned from the routes, for address space without a declared site; absent = not read for this poll
   */
  learned?: LearnedSite[]
  policies: DeclaredPathPolicy[]
  maintenance: MaintenanceWindow[]
  /** failover tests of the group's gateways and circuits, as Azure reports them; absent = none */
  tests?: FailoverTestExplainingLosses[]
  /** prefixes on the watch list, for which every announcement, withdrawal and changed path is reported separately */
  watched: string[]
  /**
   * owner (customer) of each circuit, gateway and connection of the estate, by scope; absent = no customers are
   * declared
   */
  owners?: ReadonlyMap<string, string>
  /** neighbors whose connection was removed, if this poll is an inventory that reports it; absent for other polls */
  former?: NeighborWithoutConnection[]
}

/** A neighbor of a gateway to which no connection leads any more. */
export interface NeighborWithoutConnection {
  gateway: string
  /** address of the neighbor; null = not known */
  neighbor: string | null
  /** scope of the circuit, or of the VPN connection, behind which the neighbor was */
  circuit: string
  /** current or last name of the circuit or VPN connection */
  circuitName: string
}

export interface CircuitNode {
  scope: string
  name: string
  provider: string | null
  /** peering location of the circuit */
  location: string | null
  /** Azure's region of the resource, for example `uksouth` */
  region?: string | null
  /** resource group as returned by {@link getResourceGroupId} */
  resourceGroup?: string | null
  connectivity: 'exchange' | 'telco' | 'direct' | null
  bandwidthBps: number | null
  premium: boolean
  peerings: CircuitPeeringNode[]
  /** ARM id of the circuit's ExpressRoute Direct port; absent = not on such a port */
  port?: string
  /**
   * scopes of the circuits at the other end of this circuit's Global Reach connections. The key is the connection's
   * name in polls, and each address family has its own name. Only connections that were created on this circuit are
   * listed, and only if both circuits are in one subscription. Absent = no such connection
   */
  reach?: Readonly<Record<string, string>>
  /**
   * whether other circuits or gateways also have the prefixes of this circuit, so that they could carry its traffic (a
   * backup); null = not known
   */
  backedUp: boolean | null
}

export interface CircuitPeeringNode {
  /** name as in the subresource of a source: `AzurePrivatePeering` */
  name: string
  intent: ConfiguredLayers
  /**
   * address of the customer's router on each path. The session with this address determines the state of the path. Null
   * = the path has no link subnet
   */
  customers: Record<CircuitPath, string | null>
  /**
   * address of the customer's router on each path in the second address family, if a path has both families; absent =
   * no path has both
   */
  secondFamily?: Record<CircuitPath, string | null>
  /** Microsoft's names of the ports on which the paths end; absent = not reported by ARM */
  ports?: Record<CircuitPath, string | null>
  /**
   * prefixes that the customer wants to announce on Microsoft peering, by IP version, with the state of their
   * validation by Azure; absent on other peerings
   */
  publicPrefixes?: PublicPrefixes[]
  /**
   * true if the peering has separate byte counters, because the circuit has other peerings too; absent = the circuit's
   * counters count only this peering
   */
  isCounted?: true
}

/**
 * The part of a circuit whose bytes a set of counters counts: `own` = its main peering (the private peering if it has
 * one), `all` = all peerings together, or the name of another peering.
 */
export type CountedPartOfCircuit = 'own' | 'all' | (string & {})

/**
 * Returns the part of a circuit whose counters include a peering's bytes; null = these bytes cannot be separated from
 * those of other peerings.
 */
export function getCountedPartOfPeering(
  { peerings }: CircuitNode,
  { name, isCounted }: CircuitPeeringNode,
): CountedPartOfCircuit | null {
  if (findMainPeering(peerings)?.name === name) return 'own'
  return isCounted ? name : null
}

/**
 * Returns the part of a circuit that the counters of a source count.
 * @param circuit circuit of the source; undefined = the source is a VPN connection, which has only the part `own`
 */
export function getPartCountedBySource(circuit: CircuitNode | undefined, subresource: string): CountedPartOfCircuit {
  if (!circuit) return 'own'
  if (subresource === '') return isCountedByPeering(circuit) ? 'all' : 'own'
  return findMainPeering(circuit.peerings)?.name === subresource ? 'own' : subresource
}

/** Returns the subresource of the source whose counters count a part of a circuit ({@link CountedPartOfCircuit}). */
export function getCounterSubresource(circuit: CircuitNode, part: CountedPartOfCircuit): string {
  if (part === 'all' || !isCountedByPeering(circuit)) return ''
  return part === 'own' ? (findMainPeering(circuit.peerings)?.name ?? '') : part
}

/**
 * Returns the part of a circuit whose bytes are compared with the bandwidth of a path. Peerings share the bandwidth, so
 * this is `all` if the peerings have separate counters.
 */
export const getCountedPartForBandwidth = (circuit: CircuitNode): CountedPartOfCircuit =>
  isCountedByPeering(circuit) ? 'all' : 'own'

const isCountedByPeering = ({ peerings }: CircuitNode) => peerings.some(({ isCounted }) => isCounted)

/** Name of the private peering, which is the only peering of a circuit to which gateways connect. */
export const PRIVATE_PEERING = 'AzurePrivatePeering'

/** Returns the private peering of a circuit; undefined if the circuit is unknown or has none. */
export const findPrivatePeering = (
  { circuits }: GroupTopology,
  circuit: string | null,
): CircuitPeeringNode | undefined =>
  circuits.find(({ scope }) => scope === circuit)?.peerings.find(({ name }) => name === PRIVATE_PEERING)

/**
 * Reports whether an event of a circuit affects a gateway's session with the edge router of a path. It does if the
 * event is about the whole circuit, the whole private peering, or this path of it.
 */
export function doesCircuitEventAffectSession(
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

/**
 * Returns the path on which an address is the address of the customer's router, in either address family; null if it is
 * not such an address.
 */
export function findPathOfCustomerAddress(
  { customers, secondFamily }: CircuitPeeringNode,
  neighbor: string,
): CircuitPath | null {
  return circuitPaths.find((path) => customers[path] === neighbor || secondFamily?.[path] === neighbor) ?? null
}

export interface GatewayNode {
  scope: string
  name: string
  kind: GatewayKind
  /** Azure's region of the resource */
  region?: string | null
  /** resource group as returned by {@link getResourceGroupId} */
  resourceGroup?: string | null
  provisioningState: string | null
  /** SKU name, for example `ErGw2AZ`; absent = not reported */
  sku?: string | null
  /** ASN of the gateway; absent = not reported */
  asn?: number
  /** true if Azure adds and removes scale units (and with them instances) by load; absent = no */
  scales?: true
  /** addresses of the gateway's instances in the gateway's configuration; absent = not listed */
  addresses?: string[]
  /** addresses of the other gateways and Route Servers in the gateway's virtual network; absent = empty */
  beside?: string[]
  /** scopes of the circuits to which the gateway is connected */
  circuits: string[]
  /**
   * scope of the other gateway of a migration, and whether this gateway is replaced (`from`) or new (`to`); absent =
   * not part of a migration with two gateways
   */
  migration?: { with: string; role: 'from' | 'to' }
  /**
   * true if the gateway is the one that is not in use during a migration, so that its sessions are not expected to be
   * up; absent = in use
   */
  isStandby?: true
  /**
   * true if one instance of a VPN gateway is active and the other takes over with the same address; absent = not
   * reported
   */
  activeStandby?: boolean
}

/** LAG with the states of its links by their configuration. */
export interface LagNode {
  scope: string
  /** true if Azure reports no circuit on it; absent = it carries circuits */
  isUnused?: boolean
  links: readonly { name: string; state: LagLinkState; active: number | null }[]
}

/** A virtual network that contains gateways, with its peerings. */
export interface NetworkNode {
  scope: string
  name: string
  links: NetworkPeeringLink[]
}

/** A peering of a virtual network that contains gateways, with the states that ARM reports for each side. */
export interface NetworkPeeringLink {
  /** ARM ID of the other network of the peering, as `normalizeArmId` formats it */
  key: string
  /** name of this network's side of the peering, or of the other side if this side is missing */
  name: string
  /** scope of the other network of the peering; null = not listed */
  remote: string | null
  /** states that ARM reports for this network's side of the peering; null = that side is missing */
  own: NetworkPeeringSideState | null
  /** states that ARM reports for the other network's side of the peering; null = that side is missing or not read */
  back: NetworkPeeringSideState | null
  /** true if the other network reaches on-premises through the gateways of this network */
  transit: boolean
}

/** States that ARM reports for one side of a peering; null = not reported. */
export interface NetworkPeeringSideState {
  state: string | null
  sync: string | null
}

/** A connection of a gateway to a circuit or another resource. A change of the connection affects both ends. */
export interface ConnectionNode {
  scope: string
  gateway: string
  /** scope of the circuit at the other end; null = the other end is not a known circuit */
  circuit: string | null
  /** `routingWeight` of the connection; null = not known */
  weight: number | null
  /** name of the connection in Azure; absent = not reported */
  name?: string
  /**
   * address of the BGP neighbor behind a VPN connection, by which its session is found; absent = no BGP, or not known
   */
  neighbor?: string
}

/**
 * A connection of a hub's ExpressRoute gateway, which is listed inside the gateway. It carries the routes of the
 * circuit's private peering.
 */
export interface HubConnectionNode {
  /** scope of the hub's gateway */
  gateway: string
  name: string
  circuit: string
}

/** The connections of the VPN gateway of a Virtual WAN hub, which are listed inside the gateway. */
export interface HubVpnGatewayNode {
  scope: string
  /** names of the links as in polls, for example `to-branch/isp-a`; the connection's name if it has no links */
  links: string[]
  /**
   * name of the connection by the address of the BGP neighbor behind it, from the configuration of the VPN sites; a
   * connection without BGP or with an unknown site is missing. Absent = no site is known
   */
  neighbors?: Record<string, string>
}

/**
 * Route table of a Virtual WAN hub with the hub's gateways. The rows of the table are the routes that the hub uses for
 * the networks that are associated with the table (ADR 0364).
 */
export interface HubNode {
  /** scope of the hub for its default table, otherwise the scope of the table */
  scope: string
  /**
   * hub and name of a table that a user created; absent = the default table. `connections` then contains only the
   * connections that propagate their routes to the table
   */
  table?: { hub: string; name: string }
  /**
   * scopes of the hub's gateways. The key names the gateway as the rows of the hub's table do, in lower case:
   * `expressroutegateways/ergw-we`
   */
  gateways: Readonly<Record<string, string>>
  /** names of all connections of each gateway, by the scope of the gateway; absent = not known */
  connections?: Readonly<Record<string, readonly string[]>>
  /** route maps that change the routes which connections of the hub's gateways bring; absent = none is listed */
  routeMaps?: readonly HubRouteMapNode[]
}

/** Route map of a hub, with the connections of the hub's gateways whose inbound routes it changes. */
export interface HubRouteMapNode {
  scope: string
  name: string
  rules: readonly RouteMapRule[]
  inbound: readonly { gateway: string; connection: string }[]
}

/** Reports whether a scope is a Virtual WAN hub of the group, or a route table of a hub that a user created. */
export const isVirtualWanHubScope = ({ hubs = [] }: Pick<GroupTopology, 'hubs'>, scope: string): boolean =>
  hubs.some((hub) => hub.scope === scope)

/** Reports whether a poll reads a route table of a hub of the group. */
export const isHubTablePoll = (
  { hubs = [] }: GroupTopology,
  { kind, scope, subresource }: Pick<PollRecord, 'kind' | 'scope' | 'subresource'>,
): boolean =>
  kind === 'tables' && hubs.some((hub) => hub.scope === scope && subresource === (hub.table ? '' : DEFAULT_HUB_TABLE))

/** Returns the route table that a user created in a hub; undefined if the scope is not such a table of the group. */
export const findCustomHubTable = ({ hubs = [] }: Pick<GroupTopology, 'hubs'>, scope: string): HubNode['table'] =>
  hubs.find((hub) => hub.scope === scope)?.table

/** Returns the scope of the hub to which a route table belongs; the scope itself if it is not a table of a hub. */
export const getHubOfTable = (topology: Pick<GroupTopology, 'hubs'>, scope: string): string =>
  findCustomHubTable(topology, scope)?.hub ?? scope

/**
 * Returns the gateway of a hub over which a row of the hub's table leads; null if the scope is not a hub, or the row
 * leads elsewhere, for example to another hub.
 * @param peer peer of the row, for example `expressRouteGateways/ergw-we`, also with the connection that
 *   {@link formatHubRowPeer} adds
 */
export const findGatewayOfHubRow = ({ hubs = [] }: GroupTopology, scope: string, peer: string): string | null =>
  hubs.find((hub) => hub.scope === scope)?.gateways[parseHubRowGateway(peer) ?? ''] ?? null

/**
 * Returns the peer of a row of a hub's table with the connection of the gateway that brings the route:
 * `expressRouteGateways/ergw-we/conn-london`. Azure's rows name only the gateway.
 */
export const formatHubRowPeer = (gateway: string, connection: string): string => `${gateway}/${connection}`

/**
 * Returns the gateway in the peer of a row of a hub's table, in lower case: `expressroutegateways/ergw-we`; null if the
 * peer is an address or the name of a connection.
 */
export function parseHubRowGateway(peer: string): string | null {
  const to = parseHubRowNextHop({ peer })
  return to && `${to.kind}/${to.name}`
}

/** Returns the connection in a peer that {@link formatHubRowPeer} formatted; null if the peer names only a gateway. */
export const parseHubRowConnection = (peer: string): string | null => parseHubRowNextHop({ peer })?.connection ?? null

/** Returns the scopes whose route tables are evaluated: gateways of virtual networks, and hubs. */
export const listTableScopes = ({ gateways, hubs = [] }: GroupTopology): string[] =>
  [...gateways, ...hubs].map(({ scope }) => scope)

/**
 * Returns the circuits that are connected to the ExpressRoute gateway of a hub.
 * @param connection only the circuit of this connection; null = the circuits of all connections
 */
export const listCircuitsOfHubGateway = (
  { hubConnections = [] }: GroupTopology,
  gateway: string,
  connection: string | null = null,
): string[] => {
  const isOwn = (one: HubConnectionNode) => one.gateway === gateway && (connection === null || one.name === connection)
  return [...new Set(hubConnections.flatMap((one) => (isOwn(one) ? one.circuit : [])))]
}

/** Reports whether a gateway is the VPN gateway of a Virtual WAN hub. */
export const isHubVpnGateway = ({ hubVpnGateways = [] }: GroupTopology, gateway: string): boolean =>
  hubVpnGateways.some(({ scope }) => scope === gateway)

/**
 * Returns the connection of a hub's VPN gateway to which a neighbor belongs; null if the gateway is not in a hub or the
 * connection is unknown.
 */
export const findHubConnectionOfNeighbor = (
  { hubVpnGateways = [] }: GroupTopology,
  gateway: string,
  neighbor: string,
): string | null => hubVpnGateways.find(({ scope }) => scope === gateway)?.neighbors?.[neighbor] ?? null

/** Circuit path behind a gateway's neighbor, if the neighbor is an edge router (MSEE). */
export interface NeighborPathMapping {
  gateway: string
  neighbor: string
  circuit: string
  path: CircuitPath
  confidence: 'certain' | 'inferred'
}

export interface DeclaredSiteNode {
  name: string
  prefixes: string[]
  /** scope of the circuit that should carry the site; null = not declared */
  home: string | null
  /** addresses of the site's routers by router name, as the edge routers see them; empty = not declared */
  routers: Record<string, string[]>
}

/**
 * Prefixes that have been reached over circuits at the same locations for a long time. They are treated as a site if no
 * site is declared for them.
 */
export interface LearnedSite {
  /** name of the site: `learned: Amsterdam / Equinix` */
  name: string
  prefixes: string[]
  /** scopes of the circuits of the prefixes' best paths, sorted */
  circuits: string[]
  /** lowest confidence of the mappings by which the neighbors belong to these circuits */
  confidence: NeighborPathMapping['confidence']
}

/**
 * Declared policy for several circuits. Without prefixes it applies to all prefixes.
 * - `active_standby`: the first circuit carries the prefixes, and the others carry them only if it fails
 * - `active_active`: all circuits carry the prefixes equally
 * - `symmetric`: traffic returns on the path on which it came
 */
export interface DeclaredPathPolicy {
  kind: 'active_standby' | 'active_active' | 'symmetric'
  /** scopes of circuits, the preferred circuit first */
  circuits: string[]
  prefixes: string[]
}

/**
 * Maintenance that an operator or Azure's Service Health announced; `scopes` empty = all resources, `paths` empty =
 * both paths.
 */
export interface MaintenanceWindow extends Pick<ApiMaintenanceWindow, 'title' | 'scopes' | 'paths'> {
  /** identifier that is unique among the windows of all sources */
  id: string
  announcedBy: 'operator' | 'service_health'
  from: EpochMs
  to: EpochMs
}

export const EMPTY_TOPOLOGY: GroupTopology = {
  circuits: [],
  gateways: [],
  mappings: [],
  sites: [],
  policies: [],
  maintenance: [],
  watched: [],
}

/**
 * Returns the circuit that an event about a hub's connection concerns; null if the event is of another kind, or if the
 * circuit is not known.
 */
export function findHubConnectionCircuit(
  { hubConnections = [] }: GroupTopology,
  { kind, scope, subject }: Pick<DetectedEvent, 'kind' | 'scope' | 'subject'>,
): string | null {
  if (kind !== 'hub_connection_emptied') return null
  return hubConnections.find(({ gateway, name }) => gateway === scope && name === subject)?.circuit ?? null
}

/** Returns the scopes of all circuits and gateways of a group, sorted, because locks are taken in this order. */
export function listTopologyResourceIds({ circuits, gateways }: GroupTopology): string[] {
  return [...circuits, ...gateways].map(({ scope }) => scope).toSorted()
}

/**
 * Returns the scopes of VPN connections, which have their own byte counters. A connection to a circuit is left out,
 * because the circuit counts its bytes.
 */
export function listVpnConnectionIds({ gateways, connections = [] }: GroupTopology): string[] {
  const isOfVpn = (scope: string) => gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')
  const own = connections.filter(({ gateway, circuit }) => circuit === null && isOfVpn(gateway))
  return [...new Set(own.map(({ scope }) => scope))]
}

/**
 * Returns the scopes whose polls report tunnels: VPN connections, and VPN gateways of hubs, which report the tunnels of
 * all their connections.
 */
export const listTunnelResourceIds = (topology: GroupTopology): string[] => [
  ...listVpnConnectionIds(topology),
  ...(topology.hubVpnGateways ?? []).map(({ scope }) => scope),
]

/**
 * A function that returns the scope (short ID) of a resource by its ARM ID. Signals about configuration name resources
 * by ARM ID.
 */
export type FindScopeOfResource = (resourceId: string) => string

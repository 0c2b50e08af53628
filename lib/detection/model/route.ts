import {
  type TimestampBounds,
  type CircuitPath,
  type EpochMs,
  formatGatewayNeighbor,
  parseGatewayNeighbor,
  type RouteAttributes,
  type RouteChange,
} from '#lib/contract/index.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from './context.ts'
import {
  findGatewayOfHubRow,
  isHubVpnGateway,
  listCircuitsOfHubGateway,
  parseHubRowConnection,
  type GroupTopology,
} from './topology.ts'

/** One row of a gateway's route table: a route to a prefix. */
export interface GatewayRouteTableRow extends RouteAttributes {
  /** scope (short ID) of the gateway whose route table contains the row */
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/**
 * Prefix of a gateway's own virtual network or of a peered one. Azure's system routes deliver its traffic, so BGP
 * routes to it have no effect.
 */
interface OwnSpace {
  /** scope of the gateway that lists it */
  gateway: string
  prefix: string
}

/** Data about the prefixes that one poll changed, as of that poll and over all gateways of the group. */
export interface RoutesOfChangedPrefixes {
  /** routes to every changed prefix; an empty list = no route is left */
  entries: Record<string, GatewayRouteTableRow[]>
  /** changed prefixes that are inside another prefix with a route; a default route does not count */
  covered: string[]
  /**
   * address space of the gateways' own virtual networks and of networks peered with them, with the gateway that lists
   * it
   */
  ownSpace: OwnSpace[]
  /** start of the last good poll of learned routes, by gateway; absent = every table is as new as this poll */
  readAt?: Record<string, EpochMs>
  /**
   * earlier origins and peers of prefixes that are new or have a new origin. A prefix without an entry was never
   * announced before.
   */
  past: Record<string, PastPrefixOrigins>
  /**
   * for each prefix that is new or has no route left: routes to the longest prefix that contains it; a default route
   * does not count
   */
  covering: Record<string, GatewayRouteTableRow[]>
  /**
   * ASNs in the AS paths of routes that this poll did not change. They are read only if the poll shows an ASN that is
   * not stored as known; otherwise empty.
   */
  asnsElsewhere: number[]
  /** routes of the connections of the hub's gateways to the changed prefixes; absent = not the table of a hub */
  connectionRoutes?: readonly HubConnectionRoute[]
}

/** A route that a connection of a hub's gateway brings or brought. */
export interface HubConnectionRoute extends Pick<RouteAttributes, 'asPath' | 'asPathText'> {
  /** scope of the hub's gateway */
  gateway: string
  connection: string
  prefix: string
  /** end of the first poll without this route; null = the connection still brings it */
  until: EpochMs | null
}

/** The origins and peers of a prefix at the group's gateways before a poll, including withdrawn routes. */
export interface PastPrefixOrigins {
  /** time when each origin ASN was first seen */
  origins: Record<string, EpochMs>
  peers: string[]
}

/** A prefix that changed, with its routes before and after the poll. */
export interface PrefixWithRoutesBeforeAndAfter {
  prefix: string
  before: GatewayRouteTableRow[]
  after: GatewayRouteTableRow[]
}

/**
 * Returns the changed prefixes of a poll, with their external routes (routes from external neighbors) after the poll
 * and before it. The earlier routes are computed by reverting the changes.
 */
export function findChangedPrefixes(
  context: DetectionContext,
  changes: readonly RouteChange[],
  table: RoutesOfChangedPrefixes,
): PrefixWithRoutesBeforeAndAfter[] {
  const gateway = context.mark.scope
  const byPrefix = Map.groupBy(changes, ({ prefix }) => prefix)
  const wasUnused = createUnusedRowTest(context)
  return [...byPrefix].flatMap(([prefix, own]) => {
    const after = table.entries[prefix]
    if (!after) return []
    const keys = new Set(own.map(({ instance, peer }) => `${instance} ${peer}`))
    const still = after.filter((entry) => entry.gateway !== gateway || !keys.has(`${entry.instance} ${entry.peer}`))
    const undone = own.flatMap((change) => {
      const { instance, peer } = change
      const rows = change.before.map((attributes) => ({ ...attributes, gateway, instance, peer, prefix }))
      return wasUnused(change) ? [] : rows
    })
    return [
      {
        prefix,
        before: [...still, ...undone].filter(isLearnedFromExternalNeighbor),
        after: after.filter(isLearnedFromExternalNeighbor),
      },
    ]
  })
}

/**
 * Returns a function that reports whether the row before a change was not used any more: its instance was lost, and an
 * open event already reports that the neighbor's route to the prefix is gone. The table shows this change again when
 * the instance is back.
 */
export function createUnusedRowTest(context: DetectionContext): (change: RouteChange) => boolean {
  const { mark, scopes } = context
  const losses = Object.values(scopes[mark.scope]?.live ?? {}).filter(
    ({ event }) => event.kind === 'gateway_instance_lost',
  )
  if (losses.length === 0) return () => false
  const open = listLiveEvents(context).filter((live) => isEventOpen(live) && live.prefixes && live.peersBefore)
  const reported = new Set(
    open.flatMap(({ prefixes = [], peersBefore = [] }) =>
      peersBefore.flatMap((peer) => prefixes.map((prefix) => `${peer} ${prefix}`)),
    ),
  )
  return ({ instance, peer, prefix, between }) =>
    reported.has(`${peer} ${prefix}`) &&
    losses.some(
      ({ event }) => event.subject === instance && (event.ended === null || event.ended.latest > between.earliest),
    )
}

/**
 * Reports whether a route was learned from an external neighbor. Not external are routes of the network's own space
 * (origin `Network`) and copies from the gateway's other instance (origin `IBgp`).
 */
export function isLearnedFromExternalNeighbor({ origin }: { origin: string | null }): boolean {
  return origin === null || !/^(network|ibgp)$/i.test(origin)
}

/** Returns bounds that include all of these route changes. */
export function computeChangeBounds(changes: readonly RouteChange[]): TimestampBounds {
  return {
    earliest: Math.min(...changes.map(({ between }) => between.earliest)),
    latest: Math.max(...changes.map(({ between }) => between.latest)),
  }
}

/**
 * Carrier of the routes of a gateway's neighbor: the circuit path behind the neighbor if known, otherwise the neighbor
 * itself.
 */
export interface RouteCarryingPath {
  circuit: string | null
  path: CircuitPath | null
  transport: 'er' | 'vpn' | 'other'
  name: string
}

/**
 * Returns the carrier behind a neighbor of a gateway: the circuit path, or otherwise the neighbor itself. If the
 * circuit or connection of the neighbor was removed, the result has the name of that circuit.
 */
export function findNeighborCarryingPath(
  { topology, scopes }: DetectionContext,
  gateway: string,
  peer: string,
): RouteCarryingPath {
  const mapping = topology.mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
  const kind = topology.gateways.find(({ scope }) => scope === gateway)?.kind
  const transport = kind === 'vpn' ? 'vpn' : kind === 'expressRoute' ? 'er' : 'other'
  const hubGateway = findGatewayOfHubRow(topology, gateway, peer)
  if (hubGateway !== null) return getHubGatewayCarrier(topology, hubGateway, peer)
  const hubConnection = topology.hubConnections?.find((one) => one.gateway === gateway && one.name === peer)
  if (hubConnection) return getCircuitCarrier(topology, hubConnection.circuit)
  if (!mapping) {
    // The circuit or connection of the neighbor was removed, so the neighbor is released (no longer expected). Events
    // about it are reported at the gateway, under the name of the removed circuit.
    return { circuit: null, path: null, transport, name: scopes[gateway]?.released[peer]?.circuit ?? peer }
  }
  const circuit = topology.circuits.find(({ scope }) => scope === mapping.circuit)
  return { circuit: mapping.circuit, path: mapping.path, transport, name: circuit?.name ?? mapping.circuit }
}

/**
 * Returns the carrier of the routes that a hub uses over one of its gateways. The rows of the hub's table name the
 * gateway and not the circuit. Therefore the carrier is a circuit only if the connection is known or if the gateway has
 * exactly one circuit.
 */
function getHubGatewayCarrier(topology: GroupTopology, gateway: string, peer: string): RouteCarryingPath {
  const connection = parseHubRowConnection(peer)
  const [circuit, ...others] = listCircuitsOfHubGateway(topology, gateway, connection)
  const name = peer.split('/').at(-1) ?? peer
  if (circuit === undefined) {
    const transport = isHubVpnGateway(topology, gateway) ? 'vpn' : 'other'
    return { circuit: null, path: null, transport, name }
  }
  if (others.length > 0) return { circuit: null, path: null, transport: 'er', name }
  return getCircuitCarrier(topology, circuit)
}

/** Returns the carrier of the routes that a hub's gateway receives from a circuit, over both of its paths. */
export function getCircuitCarrier({ circuits }: GroupTopology, circuit: string): RouteCarryingPath {
  const node = circuits.find(({ scope }) => scope === circuit)
  return { circuit, path: null, transport: 'er', name: node?.name ?? circuit }
}

/**
 * Returns the gateways and neighbors of routes as sorted, unique texts `gateway neighbor`, so that sets of best paths
 * can be compared.
 */
export function listGatewayNeighbors(entries: readonly GatewayRouteTableRow[]): string[] {
  return [
    ...new Set(entries.map(({ gateway, peer }) => formatGatewayNeighbor({ gateway, neighbor: peer ?? '' }))),
  ].toSorted()
}

/** Returns the neighbors in texts of the form `gateway neighbor`. */
export const parseNeighborsOfGatewayNeighbors = (members: readonly string[]) =>
  members.map((member) => parseGatewayNeighbor(member).neighbor)

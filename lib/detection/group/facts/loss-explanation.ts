import {
  type TimestampBounds,
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  parseGatewayNeighbor,
  formatPathSubject,
} from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, listLostInstances } from '../../model/context.ts'
import { REMOVAL_UNDONE_FLAG } from './neighbor-claims.ts'
import { findNeighborCarryingPath } from '../../model/route.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { formatPollKey, parseSubjectInstance, parseSubjectNeighbor, formatSessionSubject } from '../../model/subject.ts'
import { isEmptiedConnectionUnread, isProvenLossOfConnection, mayBeLossOfConnection } from './emptied-connections.ts'
import { getSourceFreshness, listHubConnectionPolls, type PolledSourceKey } from './last-answer.ts'
import {
  doesCircuitEventAffectSession,
  findPathOfCustomerAddress,
  findGatewayOfHubRow,
  findHubConnectionOfNeighbor,
  findPrivatePeering,
  listCircuitsOfHubGateway,
  listTableScopes,
  parseHubRowConnection,
  PRIVATE_PEERING,
  type GroupTopology,
} from '../../model/topology.ts'

/**
 * Reports whether the times allow that a loss is the reason for a change of routes. A loss that began after the change
 * or ended before it cannot be the reason.
 * @param between when the routes changed
 */
export function canExplainRouteChange(
  { started, ended }: Pick<DetectedEvent, 'started' | 'ended'>,
  between: TimestampBounds,
): boolean {
  return started.earliest <= between.latest && (ended === null || ended.latest >= between.earliest)
}

/**
 * Reports whether the carrier of a neighbor's routes was lost when these routes changed, or at most a hold time and the
 * tolerance `burst.slack` before. The carrier is the neighbor's session, circuit path, circuit or gateway. A connection of
 * a hub that brings no route counts as lost only if its far end still announces routes (ADR 0369).
 * @param member gateway and neighbor, as `gateway neighbor`
 */
export const isNeighborPathLost = (context: DetectionContext, member: string, between: TimestampBounds): boolean =>
  findNeighborPathLosses(context, member, between).some(isProvenLossOfConnection)

/**
 * Returns the events that show the loss of the session, path, circuit or gateway that carried the routes of a neighbor
 * at the given time. A connection of a hub that brings no route is such an event unless its far end withdrew the routes.
 * @param member gateway and neighbor, as `gateway neighbor`
 */
export function findNeighborPathLosses(
  context: DetectionContext,
  member: string,
  between: TimestampBounds,
): LiveEvent[] {
  const { settings } = context
  const { gateway, neighbor: peer } = parseGatewayNeighbor(member)
  const { circuit, path } = findNeighborCarryingPath(context, gateway, peer)
  const hubGateway = findGatewayOfHubRow(context.topology, gateway, peer)
  const slack = settings['burst.slack'] + settings['timers.hold']
  const hasFallen = ({ event }: LiveEvent) =>
    !event.flags.includes(REMOVAL_UNDONE_FLAG) &&
    canExplainRouteChange(event, between) &&
    event.started.latest >= between.earliest - slack
  const fallen = listLiveEvents(context).filter(hasFallen)
  // The routes of a neighbor are lost only with the last of its sessions.
  const siblings = sessionsWith(context, gateway, peer).map((session) => formatSessionSubject(session))
  const isCarriedBySibling = (subject: string) =>
    siblings.some(
      (own) => own !== subject && !fallen.some(({ event }) => event.scope === gateway && event.subject === own),
    )
  if (hubGateway !== null)
    return fallen.filter(
      (live) =>
        mayBeLossOfConnection(live) &&
        isLossOfHubGateway(
          context.topology,
          { gateway: hubGateway, connection: parseHubRowConnection(peer) },
          live.event,
        ),
    )
  return fallen.filter(({ event }) => {
    switch (event.kind) {
      case 'session_down':
        return (
          event.scope === gateway && parseSubjectNeighbor(event.subject) === peer && !isCarriedBySibling(event.subject)
        )
      case 'peer_lost':
        return event.scope === gateway && event.subject === peer
      case 'gateway_isolated':
        return event.scope === gateway
      default:
        return event.scope === circuit && isLossOfPath(event, path)
    }
  })
}

/**
 * Reports whether an event means that a hub lost routes over a gateway: the gateway, one of its connections or a
 * circuit behind it is lost, or a connection no longer brings routes.
 * @param over `connection` = only losses of this connection; null = losses of all connections of the gateway
 */
export function isLossOfHubGateway(
  topology: GroupTopology,
  { gateway, connection }: { gateway: string; connection: string | null },
  event: DetectedEvent,
): boolean {
  if (event.scope === gateway)
    return lossesOfHubGateways.has(event.kind) && isOfHubConnection(topology, event, connection)
  return listCircuitsOfHubGateway(topology, gateway, connection).includes(event.scope) && isLossOfPath(event, null)
}

/** Reports whether an event of a hub's gateway is about the given connection, or about the whole gateway. */
function isOfHubConnection(
  topology: GroupTopology,
  { kind, scope, subject }: DetectedEvent,
  connection: string | null,
) {
  if (connection === null || subject === connection || kind === 'gateway_isolated') return true
  if (kind === 'resource_removed') return isNameOfHubGateway(topology, scope, subject)
  if (kind !== 'peer_lost' && kind !== 'session_down') return false
  const of = findHubConnectionOfNeighbor(
    topology,
    scope,
    kind === 'peer_lost' ? subject : parseSubjectNeighbor(subject),
  )
  return of === null || of === connection
}

const isNameOfHubGateway = ({ hubs = [] }: GroupTopology, gateway: string, name: string): boolean =>
  hubs.some(({ gateways }) =>
    Object.entries(gateways).some(([key, scope]) => scope === gateway && key.endsWith(`/${name.toLowerCase()}`)),
  )

const lossesOfHubGateways: ReadonlySet<EventKind> = new Set<EventKind>([
  'hub_connection_emptied',
  'connection_down',
  'gateway_isolated',
  'peer_lost',
  'session_down',
  'resource_removed',
])

/**
 * Returns the neighbors through which routes were lost, according to an event. For an `ecmp_reduced` event (fewer equal
 * paths), these are only the neighbors that are no longer used. For a `gateway_isolated` event, these are all neighbors
 * of the gateway. For other events, these are all neighbors that carried the routes before.
 */
export function getPeersOfLostRoutes({
  event,
  lostNeighbors,
  peersBefore = lostNeighbors ?? [],
  peersAfter = [],
}: LiveEvent): string[] {
  return event.kind === 'ecmp_reduced' ? peersBefore.filter((peer) => !peersAfter.includes(peer)) : peersBefore
}

/**
 * Returns the gateways and hubs that an event about a neighbor concerns. If the event names a route table, or its scope
 * is a gateway or hub, this is the only one. Otherwise all gateways and hubs that have the neighbor are returned.
 */
export function findGatewaysOfPeer(
  { topology }: DetectionContext,
  { event, table }: Pick<LiveEvent, 'event' | 'table'>,
  peer: string,
): string[] {
  const all = listTableScopes(topology)
  const own = [table, event.scope].find((scope) => scope !== undefined && all.includes(scope))
  if (own !== undefined) return [own]
  const mapped = topology.mappings.flatMap(({ neighbor, gateway }) => (neighbor === peer ? gateway : []))
  return [...new Set([...mapped, ...all.filter((one) => findGatewayOfHubRow(topology, one, peer) !== null)])]
}

/**
 * Returns session restarts that may have removed a neighbor's routes for a short time. These are restarts of every
 * session that a gateway has with the neighbor, or of the customer router's session behind the neighbor. Route tables
 * and sessions may be polled minutes apart, so a table may show a short loss that no poll of the sessions shows.
 * @param live event about the neighbor's routes
 */
export const findSessionRestartsOfPeer = (
  context: DetectionContext,
  live: Pick<LiveEvent, 'event' | 'table'>,
  peer: string,
): LiveEvent[] =>
  findGatewaysOfPeer(context, live, peer).flatMap((gateway) =>
    findSessionRestartsAtGateway(context, gateway, peer, live.event.started),
  )

/** Returns the sessions of a gateway's instances with a neighbor that are currently known to be up. */
const sessionsWith = (context: DetectionContext, gateway: string, peer: string) =>
  Object.values(context.scopes[gateway]?.sessions ?? {}).filter(
    ({ subresource, neighbor, level }) => subresource === '' && neighbor === peer && level === 'up',
  )

/**
 * Returns the session restarts of {@link findSessionRestartsOfPeer} at one gateway.
 * @param between when the routes changed
 */
export function findSessionRestartsAtGateway(
  context: DetectionContext,
  gateway: string,
  peer: string,
  between: TimestampBounds,
): LiveEvent[] {
  const restarts = listLiveEvents(context).filter(
    ({ event }) => event.kind === 'session_flap' && canExplainRouteChange(event, between),
  )
  const ofPeer = restarts.filter(({ event }) => event.scope === gateway && parseSubjectNeighbor(event.subject) === peer)
  const restarted = new Set(ofPeer.map(({ event }) => parseSubjectInstance(event.subject)))
  const sessions = sessionsWith(context, gateway, peer)
  if (sessions.length > 0 && sessions.every(({ localAddress }) => restarted.has(localAddress))) return ofPeer
  const { circuit, path } = findNeighborCarryingPath(context, gateway, peer)
  const peering = findPrivatePeering(context.topology, circuit)
  if (!peering || path === null) return []
  return restarts.filter(
    ({ event }) =>
      event.scope === circuit && findPathOfCustomerAddress(peering, parseSubjectNeighbor(event.subject)) === path,
  )
}

/** Reports whether an event means that the circuit, or the given path of it, is lost to the gateways. */
function isLossOfPath(event: DetectedEvent, path: string | null): boolean {
  return lossesOfCircuits.has(event.kind) && doesCircuitEventAffectSession(event, path)
}

const lossesOfCircuits: ReadonlySet<EventKind> = new Set<EventKind>([
  'path_down',
  'circuit_down',
  'prefix_limit_exceeded',
  'provider_state_changed',
  'peering_disabled',
  'resource_removed',
])

/**
 * Reports whether the loss of a neighbor may not be known yet, because a source that would show it was last polled
 * before the given time. Sources that were never polled successfully, or whose last poll is unknown, are ignored.
 * @param member gateway and neighbor, as `gateway neighbor`
 */
export function isPeerLossUnread(context: DetectionContext, member: string, since: EpochMs): boolean {
  const { gateway, neighbor: peer } = parseGatewayNeighbor(member)
  const hubGateway = findGatewayOfHubRow(context.topology, gateway, peer)
  if (hubGateway !== null) return isHubGatewayUnread(context, hubGateway, since)
  const { circuit, path } = findNeighborCarryingPath(context, gateway, peer)
  const behind: PolledSourceKey[] =
    circuit !== null && path !== null
      ? [{ scope: circuit, subresource: formatPathSubject(PRIVATE_PEERING, path), kind: 'summary' }]
      : []
  const peers = { scope: gateway, subresource: '', kind: 'peers' } as const
  // While an instance is lost, no poll reads its sessions, so that the polls of the other instances count.
  const isInstanceLost = listLostInstances(context.scopes).some((lost) => lost.gateway === gateway)
  const readAt = isInstanceLost ? context.lastGoodPolls?.[formatPollKey(gateway, '', 'peers')]?.readAt : undefined
  const times = [readAt ?? getSourceFreshness(context, peers).at]
  return [...times, ...behind.map((source) => getSourceFreshness(context, source).at)].some(
    (at) => (at ?? since) < since,
  )
}

/**
 * Reports whether the loss of a hub's gateway may not be known yet. This is the case if the table of one of its
 * connections was last polled before the given time, if only one poll found such a table empty, or if the next poll of
 * the sessions behind it may show why it is empty.
 */
function isHubGatewayUnread(context: DetectionContext, gateway: string, since: EpochMs): boolean {
  const { emptied = {}, live = {} } = context.scopes[gateway] ?? {}
  if (Object.keys(emptied).length > 0) return true
  if (Object.values(live).some((one) => isEmptiedConnectionUnread(context, one))) return true
  return listHubConnectionPolls(context).some((poll) => poll.gateway === gateway && (poll.at ?? since) < since)
}

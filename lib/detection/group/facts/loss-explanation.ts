import {
  type Bounds,
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  parseGatewayNeighbor,
  formatPathSubject,
} from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../../model/context.ts'
import { REMOVAL_UNDONE_FLAG } from './neighbor-claims.ts'
import { findNeighborCarryingPath } from '../../model/route.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { parseSubjectInstance, parseSubjectNeighbor, formatSessionSubject } from '../../model/subject.ts'
import { getSourceFreshness, type PolledSource } from './last-answer.ts'
import {
  doesCircuitEventAffectSession,
  findPathOfCustomerAddress,
  findGatewayOfHubRow,
  findPrivatePeering,
  listCircuitsOfHubGateway,
  listTableScopes,
  PRIVATE_PEERING,
  type Topology,
} from '../../model/topology.ts'

/**
 * Reports whether a loss can be the reason for a change of routes, by comparing the times. A loss that began after the
 * change or ended before it cannot be the reason.
 * @param between when the routes changed
 */
export function canExplainRouteChange(
  { started, ended }: Pick<DetectedEvent, 'started' | 'ended'>,
  between: Bounds,
): boolean {
  return started.earliest <= between.latest && (ended === null || ended.latest >= between.earliest)
}

/**
 * Reports whether the carrier of a neighbor's routes was lost when these routes changed, or at most a hold time and the
 * tolerance `burst.slack` before. The carrier is the neighbor's session, circuit path, circuit or gateway.
 * @param member gateway and neighbor, as `gateway neighbor`
 */
export const isNeighborPathLost = (context: DetectionContext, member: string, between: Bounds): boolean =>
  findNeighborPathLosses(context, member, between).length > 0

/**
 * Returns the events that show the loss of the session, path, circuit or gateway that carried the routes of a neighbor
 * at the given time.
 * @param member gateway and neighbor, as `gateway neighbor`
 */
export function findNeighborPathLosses(context: DetectionContext, member: string, between: Bounds): LiveEvent[] {
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
  // the routes of a neighbor are lost only with the last of its sessions
  const siblings = sessionsWith(context, gateway, peer).map((session) => formatSessionSubject(session))
  const isCarriedBySibling = (subject: string) =>
    siblings.some(
      (own) => own !== subject && !fallen.some(({ event }) => event.scope === gateway && event.subject === own),
    )
  if (hubGateway !== null) return fallen.filter(({ event }) => isLossOfHubGateway(context.topology, hubGateway, event))
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

/** Reports whether an event means that a gateway of a hub, one of its connections, or a circuit behind it is lost. */
export function isLossOfHubGateway(topology: Topology, gateway: string, event: DetectedEvent): boolean {
  if (event.scope === gateway) return lossesOfHubGateways.has(event.kind)
  return listCircuitsOfHubGateway(topology, gateway).includes(event.scope) && isLossOfPath(event, null)
}

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
 * paths), these are only the neighbors that are no longer used. For other events, these are all neighbors that carried
 * the routes before.
 */
export function getPeersOfLostRoutes({ event, peersBefore = [], peersAfter = [] }: LiveEvent): string[] {
  return event.kind === 'ecmp_reduced' ? peersBefore.filter((peer) => !peersAfter.includes(peer)) : peersBefore
}

/**
 * Returns the gateways and hubs that an event about a neighbor concerns: the event's scope if it is one of them,
 * otherwise all that have the neighbor.
 */
export function findGatewaysOfPeer({ topology }: DetectionContext, scope: string, peer: string): string[] {
  const all = listTableScopes(topology)
  if (all.includes(scope)) return [scope]
  const mapped = topology.mappings.flatMap(({ neighbor, gateway }) => (neighbor === peer ? gateway : []))
  return [...new Set([...mapped, ...all.filter((one) => findGatewayOfHubRow(topology, one, peer) !== null)])]
}

/**
 * Returns session restarts that may have removed a neighbor's routes for a short time: restarts of every session that a
 * gateway has with the neighbor, or of the session with the customer's router behind it. Route tables and sessions may
 * be polled minutes apart, so the table may show a fall that the sessions do not show.
 * @param scope gateway, or circuit of the neighbor
 * @param between when the routes changed
 */
export const findSessionRestartsOfPeer = (
  context: DetectionContext,
  scope: string,
  peer: string,
  between: Bounds,
): LiveEvent[] =>
  findGatewaysOfPeer(context, scope, peer).flatMap((gateway) => restartsAt(context, gateway, peer, between))

/** Returns the sessions of a gateway's instances with a neighbor that are currently known to be up. */
const sessionsWith = (context: DetectionContext, gateway: string, peer: string) =>
  Object.values(context.scopes[gateway]?.sessions ?? {}).filter(
    ({ subresource, neighbor, level }) => subresource === '' && neighbor === peer && level === 'up',
  )

function restartsAt(context: DetectionContext, gateway: string, peer: string, between: Bounds): LiveEvent[] {
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
 * Reports whether a source that would show the loss of a neighbor was last read before the given time, so that the loss
 * may not be known yet. Sources that were never read successfully, or whose last poll is unknown, are not waited for.
 * @param member gateway and neighbor, as `gateway neighbor`
 */
export function isPeerLossUnread(context: DetectionContext, member: string, since: EpochMs): boolean {
  const { gateway, neighbor: peer } = parseGatewayNeighbor(member)
  const hubGateway = findGatewayOfHubRow(context.topology, gateway, peer)
  if (hubGateway !== null) return isHubGatewayUnread(context, hubGateway, since)
  const { circuit, path } = findNeighborCarryingPath(context, gateway, peer)
  const behind: PolledSource[] =
    circuit !== null && path !== null
      ? [{ scope: circuit, subresource: formatPathSubject(PRIVATE_PEERING, path), kind: 'summary' }]
      : []
  return [{ scope: gateway, subresource: '', kind: 'peers' as const }, ...behind].some(
    (source) => (getSourceFreshness(context, source).at ?? since) < since,
  )
}

/**
 * Reports whether the table of a connection of a hub's gateway was last read before the given time, or is empty in one
 * sample only.
 */
function isHubGatewayUnread(
  { scopes, lastGoodPolls = {} }: DetectionContext,
  gateway: string,
  since: EpochMs,
): boolean {
  if (Object.keys(scopes[gateway]?.emptied ?? {}).length > 0) return true
  return Object.entries(lastGoodPolls).some(
    ([key, { at }]) => key.startsWith(`${gateway} `) && key.endsWith(' learned') && (at ?? since) < since,
  )
}

import {
  type Bounds,
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  parseMember,
  pathSubject,
} from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../model/context.ts'
import { UNDONE } from './neighbor-claims.ts'
import { carrierOf } from '../../model/route.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { instanceOf, neighborOf, sessionSubject } from '../../model/subject.ts'
import { lastAnswer, type AnsweredSource } from './last-answer.ts'
import { affectsGateways, pathOfCustomer, PRIVATE_PEERING } from '../../model/topology.ts'

/**
 * Whether routes can have moved for a loss, by their bounds: they do not move for what will fall later, nor for what is back.
 * @param between when they moved
 */
export function mayHaveChanged({ started, ended }: Pick<DetectedEvent, 'started' | 'ended'>, between: Bounds): boolean {
  return started.earliest <= between.latest && (ended === null || ended.latest >= between.earliest)
}

/**
 * Whether what carried a member was lost when its routes moved, not longer before than what a hold timer hides and a poll is
 * late: a session, a path, a circuit, a gateway's peer.
 */
export const lossOf = (context: FoldContext, member: string, between: Bounds): boolean =>
  lossesOf(context, member, between).length > 0

/** The events that say so. */
export function lossesOf(context: FoldContext, member: string, between: Bounds): LiveEvent[] {
  const { settings } = context
  const { gateway, neighbor: peer } = parseMember(member)
  const { circuit, path } = carrierOf(context, gateway, peer)
  const slack = settings['burst.slack'] + settings['timers.hold']
  const hasFallen = ({ event }: LiveEvent) =>
    !event.flags.includes(UNDONE) && mayHaveChanged(event, between) && event.started.latest >= between.earliest - slack
  const fallen = liveEvents(context).filter(hasFallen)
  // the routes of a neighbor go with the last of its sessions
  const siblings = sessionsWith(context, gateway, peer).map((session) => sessionSubject(session))
  const isCarriedBySibling = (subject: string) =>
    siblings.some(
      (own) => own !== subject && !fallen.some(({ event }) => event.scope === gateway && event.subject === own),
    )
  return fallen.filter(({ event }) => {
    switch (event.kind) {
      case 'session_down':
        return event.scope === gateway && neighborOf(event.subject) === peer && !isCarriedBySibling(event.subject)
      case 'peer_lost':
        return event.scope === gateway && event.subject === peer
      case 'gateway_isolated':
        return event.scope === gateway
      default:
        return event.scope === circuit && isLossOfPath(event, path)
    }
  })
}

/** Neighbors that an event about routes says to be lost: of paths that became fewer, not those that are left. */
export function peersLost({ event, peersBefore = [], peersAfter = [] }: LiveEvent): string[] {
  return event.kind === 'ecmp_reduced' ? peersBefore.filter((peer) => !peersAfter.includes(peer)) : peersBefore
}

/** Gateways that an event names, or that have the neighbor behind the circuit which it is about. */
export function gatewaysOfPeer(
  { topology: { gateways, mappings } }: FoldContext,
  scope: string,
  peer: string,
): string[] {
  if (gateways.some((gateway) => gateway.scope === scope)) return [scope]
  return [...new Set(mappings.filter(({ neighbor }) => neighbor === peer).map(({ gateway }) => gateway))]
}

/**
 * Restarts that may have taken a neighbor's routes for as long as they lasted: of every session of a gateway with it, or of the one with
 * the customer's router behind it. Of tables and sessions that are read minutes apart the table may be all that saw the fall.
 * @param scope gateway, or the neighbor's circuit
 * @param between when its routes moved
 */
export const restartsOfPeer = (context: FoldContext, scope: string, peer: string, between: Bounds): LiveEvent[] =>
  gatewaysOfPeer(context, scope, peer).flatMap((gateway) => restartsAt(context, gateway, peer, between))

/** The sessions of a gateway's instances with a neighbor that are up as far as is known. */
const sessionsWith = (context: FoldContext, gateway: string, peer: string) =>
  Object.values(context.scopes[gateway]?.sessions ?? {}).filter(
    ({ subresource, neighbor, level }) => subresource === '' && neighbor === peer && level === 'up',
  )

function restartsAt(context: FoldContext, gateway: string, peer: string, between: Bounds): LiveEvent[] {
  const restarts = liveEvents(context).filter(
    ({ event }) => event.kind === 'session_flap' && mayHaveChanged(event, between),
  )
  const ofPeer = restarts.filter(({ event }) => event.scope === gateway && neighborOf(event.subject) === peer)
  const restarted = new Set(ofPeer.map(({ event }) => instanceOf(event.subject)))
  const sessions = sessionsWith(context, gateway, peer)
  if (sessions.length > 0 && sessions.every(({ localAddress }) => restarted.has(localAddress))) return ofPeer
  const { circuit, path } = carrierOf(context, gateway, peer)
  const peering = context.topology.circuits
    .find(({ scope }) => scope === circuit)
    ?.peerings.find(({ name }) => name === PRIVATE_PEERING)
  if (!peering || path === null) return []
  return restarts.filter(
    ({ event }) => event.scope === circuit && pathOfCustomer(peering, neighborOf(event.subject)) === path,
  )
}

/** Whether an event says that a path of its circuit was lost, or the circuit with it. */
function isLossOfPath(event: DetectedEvent, path: string | null): boolean {
  return lossesOfCircuits.has(event.kind) && affectsGateways(event, path)
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
 * Whether the sessions that would show a member's loss were last read before a moment, so that it may have been lost by then.
 * What was never read with success is not waited for, nor is anything where it was not asked when sessions were read.
 */
export function isLossUnread(context: FoldContext, member: string, since: EpochMs): boolean {
  const { gateway, neighbor: peer } = parseMember(member)
  const { circuit, path } = carrierOf(context, gateway, peer)
  const behind: AnsweredSource[] =
    circuit !== null && path !== null
      ? [{ scope: circuit, subresource: pathSubject(PRIVATE_PEERING, path), kind: 'summary' }]
      : []
  return [{ scope: gateway, subresource: '', kind: 'peers' as const }, ...behind].some(
    (source) => (lastAnswer(context, source).at ?? since) < since,
  )
}

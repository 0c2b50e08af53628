import {
  type Bounds,
  type DetectedEvent,
  type EpochMs,
  type EventKind,
  neighborOf,
  parseMember,
  pathSubject,
} from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../model/context.ts'
import { carrierOf } from '../../model/route.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { polledKey } from '../../model/subject.ts'
import { affectsGateways, PRIVATE_PEERING } from '../../model/topology.ts'

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
  return liveEvents(context).filter(({ event }) => {
    if (!mayHaveChanged(event, between) || event.started.latest < between.earliest - slack) return false
    switch (event.kind) {
      case 'session_down':
        return event.scope === gateway && neighborOf(event.subject) === peer
      case 'peer_lost':
        return event.scope === gateway && event.subject === peer
      case 'gateway_isolated':
        return event.scope === gateway
      default:
        return event.scope === circuit && isLossOfPath(event, path)
    }
  })
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
  const { lastGoodPollAt = {} } = context
  const { gateway, neighbor: peer } = parseMember(member)
  const { circuit, path } = carrierOf(context, gateway, peer)
  const behind =
    circuit !== null && path !== null ? [polledKey(circuit, pathSubject(PRIVATE_PEERING, path), 'summary')] : []
  return [polledKey(gateway, '', 'peers'), ...behind].some((source) => (lastGoodPollAt[source] ?? since) < since)
}

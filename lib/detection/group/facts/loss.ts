import { type Bounds, type DetectedEvent, type EpochMs, neighborOf, parseMember } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../model/context.ts'
import { carrierOf } from '../../model/route.ts'
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
export function lossOf(context: FoldContext, member: string, between: Bounds): boolean {
  const { settings } = context
  const { gateway, neighbor: peer } = parseMember(member)
  const { circuit, path } = carrierOf(context, gateway, peer)
  const slack = settings['burst.slack'] + settings['timers.hold']
  return liveEvents(context).some(({ event }) => {
    if (!mayHaveChanged(event, between) || event.started.latest < between.earliest - slack) return false
    switch (event.kind) {
      case 'session_down':
        return event.scope === gateway && neighborOf(event.subject) === peer
      case 'peer_lost':
        return event.scope === gateway && event.subject === peer
      case 'gateway_isolated':
        return event.scope === gateway
      case 'path_down':
      case 'circuit_down':
      case 'prefix_limit_exceeded':
      case 'provider_state_changed':
      case 'peering_disabled':
      case 'resource_removed':
        return event.scope === circuit && affectsGateways(event, path)
      default:
        return false
    }
  })
}

/**
 * Whether the sessions that would show a member's loss were last read before a moment, so that it may have been lost by then.
 * What was never read with success is not waited for, nor is anything where it was not asked when sessions were read.
 */
export function isLossUnread(context: FoldContext, member: string, since: EpochMs): boolean {
  const { lastGoodPollAt = {} } = context
  const { gateway, neighbor: peer } = parseMember(member)
  const { circuit, path } = carrierOf(context, gateway, peer)
  const behind = circuit !== null && path !== null ? [`${circuit} ${PRIVATE_PEERING}/${path} summary`] : []
  return [`${gateway}  peers`, ...behind].some((source) => (lastGoodPollAt[source] ?? since) < since)
}

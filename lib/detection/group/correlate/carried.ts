import { type DetectedEvent, userActionEventKinds } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { affectsGateways } from '../../model/topology.ts'
import { mayHaveChanged, getLostPeers } from '../facts/loss.ts'
import { UNDONE } from '../facts/neighbor-claims.ts'
import { UNDECLARED } from '../rules/routes/paths/no-path.ts'

/**
 * Reports whether an event can be a symptom of the loss of a carrier. The outage of a declared site is always a root
 * event.
 */
export function canBeSymptomOfCarrier({ event }: LiveEvent): boolean {
  return event.kind !== 'no_path' || event.flags.includes(UNDECLARED)
}

/**
 * Reports whether every peer that an event about routes lost depends on the lost resources, and at least one on this
 * parent.
 */
export function isLossOfCarrier(context: FoldContext, { event: parent }: LiveEvent, child: LiveEvent): boolean {
  const { topology } = context
  const peers = getLostPeers(child)
  const lost = liveEvents(context)
    .filter(({ event }) => event.kind === parent.kind && canExplainByTime(context, event, child.event))
    .filter(({ event }) => userActionEventKinds.has(event.kind) || mayHaveChanged(event, child.event.started))
    .map(({ event }) => event)
  const hangsOn = (peer: string, event: DetectedEvent) =>
    event.kind === 'peer_lost'
      ? event.subject === peer
      : topology.mappings.some(
          ({ neighbor, circuit, path }) => neighbor === peer && circuit === event.scope && affectsGateways(event, path),
        )
  return (
    peers.length > 0 &&
    peers.every((peer) => lost.some((event) => hangsOn(peer, event))) &&
    peers.some((peer) => lost.includes(parent) && hangsOn(peer, parent))
  )
}

/**
 * Reports whether a parent can be the reason of a child by their times. The child may begin at most one poll before the
 * parent begins and at most one poll after it ends. ARM may show an act long after routers followed it, so that a part
 * of an act may begin up to `config.before` earlier. A failure after the end of an act is an independent failure.
 */
export function canExplainByTime({ settings }: FoldContext, parent: DetectedEvent, child: DetectedEvent): boolean {
  if (parent.flags.includes(UNDONE)) return false
  const before = userActionEventKinds.has(parent.kind) ? settings['config.before'] : settings['burst.slack']
  return (
    child.started.latest >= parent.started.earliest - before &&
    child.started.earliest <= (parent.ended?.latest ?? Number.POSITIVE_INFINITY) + settings['burst.slack']
  )
}

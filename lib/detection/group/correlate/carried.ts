import { type DetectedEvent, type EventKind, userActionEventKinds } from '#lib/contract/index.ts'
import { type FoldContext, liveEvents } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import { affectsGateways } from '../../model/topology.ts'
import { mayHaveChanged, getLostPeers } from '../facts/loss.ts'
import { UNDONE } from '../facts/neighbor-claims.ts'
import { UNDECLARED } from '../rules/routes/paths/no-path.ts'

/**
 * Reports whether an event can be a symptom of the loss of a resource that carried its routes. The outage of a declared
 * site (`no_path`) is never a symptom.
 */
export function canBeSymptomOfCarrier({ event }: LiveEvent): boolean {
  return event.kind !== 'no_path' || event.flags.includes(UNDECLARED)
}

/**
 * Reports whether the loss of the parent's resource explains lost routes. Every peer through which the child event lost
 * routes must depend on a resource that was lost in the same way, and at least one on the parent's resource.
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

const LASTING_ACTS: ReadonlySet<EventKind> = new Set(['peering_disabled', 'provider_state_changed', 'resource_removed'])

/**
 * Reports whether a parent event can be the reason of a child event by their times. The child may begin at most
 * `burst.slack` before the parent begins, and at most `burst.slack` after it ends. A part of a deliberate act may begin
 * up to `config.before` earlier, because ARM may show the act long after routers followed it. A failure after the end
 * of an act is independent of it.
 */
export function canExplainByTime({ settings }: FoldContext, parent: DetectedEvent, child: DetectedEvent): boolean {
  if (parent.flags.includes(UNDONE)) return false
  if (isOverBefore(parent, child)) return false
  const before = userActionEventKinds.has(parent.kind) ? settings['config.before'] : settings['burst.slack']
  return (
    child.started.latest >= parent.started.earliest - before &&
    child.started.earliest <= (parent.ended?.latest ?? Number.POSITIVE_INFINITY) + settings['burst.slack']
  )
}

/**
 * Reports whether a failure began before an act may have begun, and recovered before the act was read. An act that keeps a resource down is not
 * the reason of it.
 */
export const isOverBefore = (
  act: Pick<DetectedEvent, 'kind' | 'started'>,
  { started, ended }: Pick<DetectedEvent, 'started' | 'ended'>,
): boolean =>
  LASTING_ACTS.has(act.kind) &&
  started.latest < act.started.earliest &&
  ended !== null &&
  ended.latest <= act.started.latest

import { type DetectedEvent, type EventKind, userActionEventKinds } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import {
  doesCircuitEventAffectSession,
  findGatewayOfHubRow,
  parseHubRowConnection,
  type GroupTopology,
} from '../../model/topology.ts'
import { canExplainRouteChange, getPeersOfLostRoutes, isLossOfHubGateway } from '../facts/loss-explanation.ts'
import { hasRecoveredBefore, REMOVAL_UNDONE_FLAG } from '../facts/neighbor-claims.ts'
import { UNDECLARED_RANGES_FLAG } from '../rules/routes/paths/no-path.ts'

/**
 * Reports whether an event can be a symptom of the loss of the resource that carried its routes (a circuit, path or
 * neighbor). A `no_path` event of a declared or learned site is never a symptom. A `no_path` event of other address
 * ranges can be one.
 */
export function canBeSymptomOfCarryingResource({ event }: LiveEvent): boolean {
  return event.kind !== 'no_path' || event.flags.includes(UNDECLARED_RANGES_FLAG)
}

/**
 * Reports whether the loss of a resource (parent event) explains lost routes (child event). Every peer through which
 * the routes were lost must depend on a resource that has an event of the parent's kind. At least one of the peers must
 * depend on the parent's own resource.
 */
export function isLossOfCarryingResource(
  context: DetectionContext,
  { event: parent }: LiveEvent,
  child: LiveEvent,
): boolean {
  const { topology } = context
  const peers = getPeersOfLostRoutes(child)
  const lost = listLiveEvents(context)
    .filter(({ event }) => event.kind === parent.kind && canExplainByTime(context, event, child.event))
    .filter(({ event }) => userActionEventKinds.has(event.kind) || canExplainRouteChange(event, child.event.started))
    .map(({ event }) => event)
  const hangsOn = (peer: string, event: DetectedEvent) =>
    event.kind === 'peer_lost'
      ? event.subject === peer
      : isLossOverHub(topology, child, peer, event) ||
        topology.mappings.some(
          ({ neighbor, circuit, path }) =>
            neighbor === peer && circuit === event.scope && doesCircuitEventAffectSession(event, path),
        )
  return (
    peers.length > 0 &&
    peers.every((peer) => lost.some((event) => hangsOn(peer, event))) &&
    peers.some((peer) => lost.includes(parent) && hangsOn(peer, parent))
  )
}

const LASTING_ACTS: ReadonlySet<EventKind> = new Set(['peering_disabled', 'provider_state_changed', 'resource_removed'])

/**
 * Reports whether a peer in a hub's route table is a gateway of the hub, and an event shows that this gateway is lost.
 * @param child event about lost routes of the peer. Its table tells which hub is meant, because other hubs may have
 *   gateways with the same name.
 */
export const isLossOverHub = (
  topology: GroupTopology,
  { table }: Pick<LiveEvent, 'table'>,
  peer: string,
  event: DetectedEvent,
): boolean =>
  (topology.hubs ?? []).some(({ scope }) => {
    const gateway = table === undefined || table === scope ? findGatewayOfHubRow(topology, scope, peer) : null
    return gateway !== null && isLossOfHubGateway(topology, { gateway, connection: parseHubRowConnection(peer) }, event)
  })

/**
 * Reports whether the times of two events allow that the parent event is the reason for the child event. The child may
 * begin before the parent, by at most the setting `burst.slack` plus `leadMs`. It may begin after the end of the
 * parent, by at most `burst.slack`. If the parent is a deliberate act, the child may begin before it by up to the
 * setting `config.before`, because ARM may report the act long after the routers applied it. If the act keeps a
 * resource down, it cannot explain a failure that recovered before the act.
 */
export function canExplainByTime(
  { settings }: DetectionContext,
  parent: DetectedEvent,
  child: DetectedEvent,
  leadMs = 0,
): boolean {
  if (parent.flags.includes(REMOVAL_UNDONE_FLAG)) return false
  if (hasRecoveredBeforeChange(parent, child)) return false
  const before = userActionEventKinds.has(parent.kind) ? settings['config.before'] : settings['burst.slack'] + leadMs
  return (
    child.started.latest >= parent.started.earliest - before &&
    child.started.earliest <= (parent.ended?.latest ?? Number.POSITIVE_INFINITY) + settings['burst.slack']
  )
}

/**
 * Reports whether a failure recovered before a deliberate act that keeps a resource down. Such an act cannot explain
 * the failure.
 */
export const hasRecoveredBeforeChange = (
  act: Pick<DetectedEvent, 'kind' | 'started'>,
  failure: Pick<DetectedEvent, 'started' | 'ended'>,
): boolean => LASTING_ACTS.has(act.kind) && hasRecoveredBefore(act.started, failure)

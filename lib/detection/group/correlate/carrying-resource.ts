import { type DetectedEvent, type EventKind, userActionEventKinds } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import {
  doesCircuitEventAffectSession,
  findGatewayOfHubRow,
  parseHubRowConnection,
  type Topology,
} from '../../model/topology.ts'
import { canExplainRouteChange, getPeersOfLostRoutes, isLossOfHubGateway } from '../facts/loss-explanation.ts'
import { hasRecoveredBefore, REMOVAL_UNDONE_FLAG } from '../facts/neighbor-claims.ts'
import { UNDECLARED_RANGES_FLAG } from '../rules/routes/paths/no-path.ts'

/**
 * Reports whether an event can be a symptom of the loss of the resource that carried its routes (a circuit, path or
 * neighbor). The outage of a declared or learned site (`no_path`) is never a symptom; the outage of other ranges is.
 */
export function canBeSymptomOfCarryingResource({ event }: LiveEvent): boolean {
  return event.kind !== 'no_path' || event.flags.includes(UNDECLARED_RANGES_FLAG)
}

/**
 * Reports whether the loss of a resource (parent event) explains lost routes (child event). Every peer through which
 * the routes were lost must depend on a resource with a loss of the same kind, and at least one peer on the parent's
 * resource.
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
 * Reports whether a peer is the gateway of a hub that an event shows as lost.
 * @param child event about lost routes of the peer. Other hubs may have gateways with the same name.
 */
export const isLossOverHub = (
  topology: Topology,
  { table }: Pick<LiveEvent, 'table'>,
  peer: string,
  event: DetectedEvent,
): boolean =>
  (topology.hubs ?? []).some(({ scope }) => {
    const gateway = table === undefined || table === scope ? findGatewayOfHubRow(topology, scope, peer) : null
    return gateway !== null && isLossOfHubGateway(topology, { gateway, connection: parseHubRowConnection(peer) }, event)
  })

/**
 * Reports whether the times permit that a parent event is the reason of a child event. The child may begin at most the
 * setting `burst.slack` and `leadMs` before the parent begins, and at most `burst.slack` after the parent ends.
 * If the parent is a deliberate act, the child may begin up to the setting `config.before` earlier, because ARM may
 * show the act long after routers followed it. A failure that recovered before an act that keeps a resource down does
 * not follow from it.
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

/** Reports whether a failure recovered before an act that keeps a resource down. */
export const hasRecoveredBeforeChange = (
  act: Pick<DetectedEvent, 'kind' | 'started'>,
  failure: Pick<DetectedEvent, 'started' | 'ended'>,
): boolean => LASTING_ACTS.has(act.kind) && hasRecoveredBefore(act.started, failure)

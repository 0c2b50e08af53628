import type { DetectedEvent } from '#lib/contract/index.ts'
import { UNDECLARED_RANGES_FLAG } from '../../rules/routes/paths/no-path.ts'
import { type DetectionContext, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import { doPrefixesOverlapRanges } from '../../../model/prefix-overlap.ts'
import { canEventsBeginTogether, isWithinHoldTime } from '../../facts/hold-time.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import {
  type CircuitNode,
  findGatewayOfHubRow,
  listCircuitsOfHubGateway,
  parseHubRowConnection,
} from '../../../model/topology.ts'

/** Kinds of events that store the neighbors over which prefixes were reached before the event. */
const reportEntries = new Set<string>(['no_path', 'failover', 'best_path_shift', 'mass_withdraw'])

/** The circuits and neighbors over which a site was reached before it was lost. */
interface FormerEntries {
  circuits: CircuitNode[]
  /**
   * distinct ways to the site: `provider location` for each circuit, and the peer of each route that certainly leads
   * over none of these circuits (VPN, another circuit of a hub)
   */
  places: Set<string>
  /** true if all these paths may have been lost at the same moment */
  areLostTogether: boolean
}

/**
 * Returns every path over which a lost site was reached before its loss, including a path that carried its routes only
 * for a short time after another path had failed.
 */
export function findFormerSitePaths(context: DetectionContext, live: LiveEvent): FormerEntries {
  const { topology } = context
  const near = listLiveEvents(context).filter((other) => isWithinHoldTime(context, other.event, live.event))
  const own = near.filter(
    (other) =>
      reportEntries.has(other.event.kind) && doPrefixesOverlapRanges(other.prefixes ?? [], live.prefixes ?? []),
  )
  const peers = new Map(
    [live, ...own].flatMap(({ event, peersBefore = [] }) =>
      peersBefore.map((peer) => [peer, listCircuitsOfPeer(context, event.scope, peer)] as const),
    ),
  )
  const scopes = new Set([...peers.values()].flatMap(({ isCertain, circuits }) => (isCertain ? circuits : [])))
  const circuits = topology.circuits.filter(({ scope }) => scopes.has(scope))
  const alone = [...peers].filter(([, { circuits: all }]) => !all.some((circuit) => scopes.has(circuit)))
  // the fall of a circuit bounds the loss of its path more closely than the poll of a route table
  const falls = near.filter(({ event }) => event.kind === 'circuit_down' && scopes.has(event.scope))
  return {
    circuits,
    places: new Set([
      ...circuits.map(({ provider, location }) => `${provider} ${location}`),
      ...alone.map(([peer]) => peer),
    ]),
    areLostTogether: canEventsBeginTogether(
      context,
      [live, ...own, ...falls].map(({ event }) => event),
    ),
  }
}

/**
 * Returns the circuits to which a route's peer may belong. A hub has one gateway for all of its circuits, so that the
 * circuit is certain only if the gateway has a single one.
 * @param scope gateway or hub whose table contains the route
 */
function listCircuitsOfPeer(
  { topology }: DetectionContext,
  scope: string,
  peer: string,
): { circuits: string[]; isCertain: boolean } {
  const gateway = findGatewayOfHubRow(topology, scope, peer)
  const circuits =
    gateway === null
      ? topology.mappings.flatMap(({ neighbor, circuit }) => (neighbor === peer ? circuit : []))
      : listCircuitsOfHubGateway(topology, gateway, parseHubRowConnection(peer))
  return { circuits, isCertain: gateway === null || circuits.length === 1 }
}

/**
 * Reports whether a site was lost because of its own edge, for example because its power or routers failed
 * (docs/rules/detection.md 3.6, onprem_edge_loss). The site must have lost paths of several providers or locations at
 * the same time. The gateways must still have sessions with an edge router of each circuit, and no other site may be
 * lost.
 */
export function isSiteEdgeLost(context: DetectionContext, live: LiveEvent): boolean {
  const { circuits, places, areLostTogether } = findFormerSitePaths(context, live)
  return (
    areLostTogether &&
    places.size > 1 &&
    circuits.every(({ scope }) => hasEdgeRouterSession(context, scope)) &&
    !isOtherSiteLost(context, live.event)
  )
}

/** Returns the `no_path` events of declared and learned sites. */
export const findLostSiteEvents = (context: DetectionContext): LiveEvent[] =>
  listLiveEvents(context).filter(
    ({ event }) => event.kind === 'no_path' && !event.flags.includes(UNDECLARED_RANGES_FLAG),
  )

/**
 * Reports whether any gateway has an established session with one of the circuit's edge routers. Microsoft's side of
 * the circuit then works.
 */
export function hasEdgeRouterSession(context: DetectionContext, circuit: string): boolean {
  return context.topology.mappings
    .filter((mapping) => mapping.circuit === circuit)
    .some(({ gateway, neighbor }) =>
      Object.values(ensureResourceState(context, gateway).sessions).some(
        (fact) => fact.neighbor === neighbor && fact.level === 'up',
      ),
    )
}

const isOtherSiteLost = (context: DetectionContext, event: DetectedEvent): boolean =>
  findLostSiteEvents(context).some(
    ({ event: other }) => other.subject !== event.subject && isWithinHoldTime(context, other, event),
  )

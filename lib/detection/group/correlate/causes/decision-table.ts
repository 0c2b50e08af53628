import { MSEE_ASN } from '#lib/bgp/index.ts'
import {
  type Cause,
  type DetectedEvent,
  type EventKind,
  getCauseOfEventKind,
  formatGatewayNeighbor,
  parsePathSubject,
  findDefaultCause,
} from '#lib/contract/index.ts'
import { parseSubjectInstance, parseSubjectNeighbor } from '../../../model/subject.ts'
import { findRemoteEndCauses } from './vpn-causes.ts'
import { ADVERTISED_SUBJECT_PREFIX } from '../../rules/advertised-headroom.ts'
import { type DetectionContext, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { PROBES_FAILING_FLAG } from '../../rules/traffic/probe-results.ts'
import {
  findCircuitDownCauses,
  findEdgeRouterLoss,
  createPrefixLimitCause,
  findPathDownCauses,
  findSinglePeeringFault,
  findCustomerSessionCauses,
} from './circuit-causes.ts'
import { CORE_MAINTENANCE_CAUSE } from './core-availability.ts'
import {
  findNeighborPathLosses,
  findGatewaysOfPeer,
  getPeersOfLostRoutes,
  findSessionRestartsOfPeer,
  isPeerLossUnread,
} from '../../facts/loss-explanation.ts'
import { findInboundRouteMap } from '../../facts/emptied-connections.ts'
import { canNeighborRemovalExplainChange } from '../../facts/neighbor-claims.ts'
import { findInstanceLossCauses } from './instance-causes.ts'
import { formatCircuitPathEvidence } from './path-facts.ts'
import { canFollowLoggedChange } from './configuration-cause.ts'
import { findUnreadConfigurationLayer } from './unread-configuration.ts'
import { createCause } from './create-cause.ts'
import { UNDECLARED_RANGES_FLAG } from '../../rules/routes/paths/no-path.ts'
import {
  findPathOfCustomerAddress,
  findPrivatePeering,
  isHubVpnGateway,
  listTableScopes,
} from '../../../model/topology.ts'
import { isWithinHoldTime } from '../../facts/hold-time.ts'
import { findEdgeSessionCauses } from './edge-session.ts'
import { findFormerSitePaths, isSiteEdgeLost } from './edge-loss.ts'

/**
 * Returns the causes of an event by the decision table of docs/rules/detection.md 3.6. The table has entries for each
 * kind of event.
 */
export function findDecisionTableCauses(context: DetectionContext, live: LiveEvent): Cause[] {
  const { event } = live
  switch (event.kind) {
    case 'path_down':
      return findPathDownCauses(context, event)
    case 'circuit_down':
      return findCircuitDownCauses(context, event)
    case 'prefix_limit_exceeded':
      return [createPrefixLimitCause(event)]
    case 'peer_lost':
      return peerCauses(context, event)
    case 'router_session_down':
    case 'session_down':
      return (
        hubPeerCauses(context, event) ??
        findEdgeSessionCauses(context, event) ??
        findCustomerSessionCauses(context, event) ??
        byKind(event.kind)
      )
    case 'session_flap':
      return (
        gatewayChange(context, event) ??
        findEdgeSessionCauses(context, event) ??
        findCustomerSessionCauses(context, event) ??
        byKind(event.kind)
      )
    case 'session_flapping':
      return gatewayChange(context, event) ?? findEdgeSessionCauses(context, event) ?? byKind(event.kind)
    case 'gateway_changing':
      return live.act === 'gateway migrated' ? migrationCauses(context, event) : []
    case 'gateway_instance_lost':
    case 'gateway_instance_restarted':
      return gatewayChange(context, event) ?? findInstanceLossCauses(context, event)
    case 'gateway_isolated':
      return (
        gatewayChange(context, event) ??
        advertisedTooMuch(context, event) ??
        findRemoteEndCauses(context, event) ??
        (isRouteServer(context, event) ? [] : isolationCauses(context, event))
      )
    case 'no_path':
      return siteCauses(context, live)
    case 'instance_divergence':
      return isWithEdgeRouter(context, event) ? byKind(event.kind) : []
    case 'hub_connection_emptied':
      if (live.emptiedBy === 'withdrawn') return byKind('mass_withdraw')
      if (live.emptiedBy === 'filtered')
        return [createCause('hub_route_map', 'own_change', 0.95, routeMapStep(context, event))]
      return isHubVpnGateway(context.topology, event.scope)
        ? [createCause('vpn_remote_end', 'onprem', 0.5, EMPTIED_BRANCH, findUnreadConfigurationLayer(context, event))]
        : []
    case 'global_reach_disconnected':
      return reachCauses(context, event)
    case 'prefix_headroom':
      return [headroomCause(event)]
    case 'default_route_disappeared':
      return withdrawnCauses(context, live)
    case 'mass_withdraw':
    case 'ecmp_reduced':
    case 'n1_stranding':
      return mayBeLostWithCarriers(context, live) ? [] : byKind(event.kind)
    case 'green_but_dead':
    case 'one_way_traffic':
      return deadCauses(context, event)
    case 'best_path_shift':
      return live.event.flags.includes('drain')
        ? [
            createCause(
              'msee_maintenance',
              'microsoft',
              0.9,
              'Microsoft drains this path by prepending 12076. Expect the path to go down and to come back.',
            ),
          ]
        : byKind(event.kind)
    default:
      if (getCauseOfEventKind(event.kind).from !== 'rule') return byKind(event.kind)
      return event.causes.filter(({ class: name }) => name !== 'configuration_change')
  }
}

/**
 * Returns the causes of a lost Global Reach connection. If each of its two circuits has a session of private peering
 * that is up, the connection itself has failed. Two circuits of one subscription need no authorization, so only
 * Microsoft can then be the owner (docs/adr/0346-name-microsoft-for-global-reach-of-working-circuits.md).
 */
function reachCauses({ topology, scopes }: DetectionContext, { kind, scope, subject }: DetectedEvent): Cause[] {
  const other = topology.circuits.find((circuit) => circuit.scope === scope)?.reach?.[subject]
  const isUp = (of: string) => {
    const peering = findPrivatePeering(topology, of)
    return Object.values(scopes[of]?.sessions ?? {}).some(
      ({ neighbor, level }) => level === 'up' && peering && findPathOfCustomerAddress(peering, neighbor) !== null,
    )
  }
  if (other === undefined || !isUp(scope) || !isUp(other)) return byKind(kind)
  const step =
    'Private peering of both circuits is up, and circuits of one subscription need no authorization: open a support case that names both circuits.'
  return [createCause('global_reach', 'microsoft', 0.6, step)]
}

/** Returns the next step for a connection whose routes a route map of the hub drops. */
function routeMapStep(context: DetectionContext, event: DetectedEvent): string {
  const map = findInboundRouteMap(context, event)
  return `Correct the rules of the route map${map ? ` ${map.name}` : ''}, or detach it from this connection: it drops all routes that the connection brought to the hub.`
}

const EMPTIED_BRANCH = 'Check the device of this branch: its tunnels, its BGP process and its announcements.'

const byKind = (kind: EventKind): Cause[] => {
  const own = findDefaultCause(kind)
  return own ? [own] : []
}

/**
 * Reports whether the neighbor of an event is a Microsoft edge router, so that Microsoft runs both ends of the session.
 * Any other neighbor may itself announce different routes to each gateway instance.
 */
const isWithEdgeRouter = (context: DetectionContext, { scope, subject }: DetectedEvent): boolean =>
  Object.values(ensureResourceState(context, scope).sessions).some(
    ({ neighbor, asn }) => neighbor === subject && asn === MSEE_ASN,
  )

/** Reports whether a gateway is a Route Server, whose neighbors are the customer's appliances. */
const isRouteServer = ({ topology }: DetectionContext, { scope }: DetectedEvent): boolean =>
  topology.gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'routeServer')

/**
 * Returns the cause of the isolation of a gateway. It is less certain while the inventory does not show yet whether the
 * only connection of the gateway was removed.
 */
function isolationCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  return byKind(event.kind).map(({ confidence, nextStep }) =>
    createCause('gateway_fault', 'microsoft', confidence, nextStep, findUnreadConfigurationLayer(context, event)),
  )
}

/**
 * Returns the cause of a prefix count that is close to its limit. If the gateway advertises the counted prefixes, the
 * gateway is the cause, otherwise the customer's router.
 */
function headroomCause({ subject }: DetectedEvent): Cause {
  return subject.startsWith(ADVERTISED_SUBJECT_PREFIX)
    ? createCause(
        'prefixes_advertised',
        'own_change',
        0.5,
        'The gateway announces this many prefixes: set advertised gateway prefixes on its network, which summarise it and its spokes.',
      )
    : createCause(
        'prefixes_announced',
        'onprem',
        0.7,
        'Summarise or filter the prefixes that the customer router announces before the limit drops the session.',
      )
}

const WITHDRAWALS = new Set<EventKind>(['mass_withdraw', 'default_route_disappeared', 'ecmp_reduced'])

/**
 * Reports whether the routes of an event may have been lost because sessions restarted. If so, it is unknown whether a
 * router actively withdrew the routes.
 */
export const mayFollowSessionRestart = (context: DetectionContext, live: LiveEvent): boolean =>
  WITHDRAWALS.has(live.event.kind) &&
  getPeersOfLostRoutes(live).some((peer) => findSessionRestartsOfPeer(context, live, peer).length > 0)

/** Returns the gateways and hubs whose tables may show an event: the table that the event names, otherwise all. */
const listTablesOfEvent = ({ topology }: DetectionContext, table: LiveEvent['table']): string[] =>
  table === undefined ? listTableScopes(topology) : [table]

/** Reports whether a session, path or circuit that carried the routes of an event was lost together with the routes. */
const wentWithCarriers = (
  context: DetectionContext,
  { event, table, peersBefore = [], peersAfter = [] }: LiveEvent,
): boolean =>
  listTablesOfEvent(context, table).some((gateway) =>
    peersBefore
      .filter((peer) => !peersAfter.includes(peer))
      .some(
        (neighbor) =>
          findNeighborPathLosses(context, formatGatewayNeighbor({ gateway, neighbor }), event.started).length > 0,
      ),
  )

/**
 * Returns a policy change of the customer's router as a cause, if a default route was withdrawn while all sessions that
 * carried it were up. The list is empty if a session fell or restarted, because the route was then lost with the
 * session, or if the next poll of the sessions may show that.
 */
function withdrawnCauses(context: DetectionContext, live: LiveEvent): Cause[] {
  if (mayBeLostWithCarriers(context, live)) return []
  const step =
    'The sessions stayed up. Ask the operator of the customer router why it no longer announces a default route.'
  return [createCause('onprem_policy_change', 'onprem', 0.7, step)]
}

/**
 * Returns the causes of traffic that stopped while sessions are up. If ARP is gone, they are the loss of the edge
 * router, a fault of the peering, or a lost link. Otherwise they are a filter, a firewall, or drops in Microsoft's core
 * (docs/rules/detection.md 3.6, last row).
 */
function deadCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  const circuit = context.topology.circuits.find(({ scope }) => scope === event.scope)
  if (event.flags.includes('by_arp')) {
    const edge = circuit ? findEdgeRouterLoss(context, circuit, event) : null
    if (edge) return [edge]
    const byPeering = circuit
      ? findSinglePeeringFault(context, circuit, event, formatCircuitPathEvidence(context, circuit, event.subject))
      : null
    if (byPeering) return [byPeering]
    const step = `Ask ${circuit?.provider ?? 'the provider'} for the link of this path: ARP is gone, and BGP will go down when its hold time ends.${circuit ? formatCircuitPathEvidence(context, circuit, event.subject) : ''}`
    return [
      createCause('provider_or_customer_link', circuit?.connectivity === 'direct' ? 'onprem' : 'provider', 0.7, step),
    ]
  }
  return byKind(event.kind).map((fault) =>
    event.flags.includes(PROBES_FAILING_FLAG) ? { ...fault, confidence: 0.7 } : fault,
  )
}

function peerCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  const changed = gatewayChange(context, event)
  if (changed) return changed
  const mapping = context.topology.mappings.find(
    ({ gateway, neighbor }) => gateway === event.scope && neighbor === event.subject,
  )
  if (!mapping) return findRemoteEndCauses(context, event) ?? []
  const circuit = ensureResourceState(context, mapping.circuit)
  const customers = Object.values(circuit.sessions).filter(
    ({ subresource }) => parsePathSubject(subresource).path === mapping.path,
  )
  const arp = Object.entries(circuit.arp).find(
    ([subresource]) => parsePathSubject(subresource).path === mapping.path,
  )?.[1]
  // If the current state of a session began after the event began, the session has fallen in between.
  if (customers.some(({ level, since }) => level === 'down' || since.earliest >= event.started.earliest)) return []
  const missing = [
    ...(customers.some(({ level }) => level === 'up') ? [] : ['the session to the customer router']),
    ...(arp?.state === 'complete' ? [] : ['ARP']),
    ...findUnreadConfigurationLayer(context, event),
  ]
  return [
    createCause(
      CORE_MAINTENANCE_CAUSE,
      'microsoft',
      0.7,
      "The customer's side of this Microsoft edge router stayed well: ask Microsoft, naming these bounds.",
      missing,
    ),
  ]
}

/**
 * Returns the limit for prefixes that a gateway advertises as a cause, if the gateway is close to that limit. Above the
 * limit, the gateway's connections drop. Null if the gateway is not close to the limit.
 */
function advertisedTooMuch(context: DetectionContext, event: DetectedEvent): Cause[] | null {
  const isNearLimit = listLiveEvents(context).some(
    ({ event: other }) =>
      other.kind === 'prefix_headroom' &&
      other.scope === event.scope &&
      other.subject.startsWith(ADVERTISED_SUBJECT_PREFIX) &&
      other.severity === 'major' &&
      other.ended === null,
  )
  const step =
    'The gateway announces nearly as many prefixes as a connection takes: set advertised gateway prefixes on its network.'
  return isNearLimit ? [createCause('advertised_limit_exceeded', 'own_change', 0.7, step)] : null
}

const OF_GATEWAYS = new Set<EventKind>([
  'session_flap',
  'session_flapping',
  'peer_lost',
  'gateway_instance_lost',
  'gateway_instance_restarted',
  'gateway_isolated',
])

/**
 * Returns the change of a gateway as a cause of an event that has already ended. The Activity Log reports such a change
 * minutes after the peers are back.
 */
export function findLateGatewayChange(context: DetectionContext, event: DetectedEvent): Cause[] | null {
  return OF_GATEWAYS.has(event.kind) ? gatewayChange(context, event) : null
}

/**
 * Returns the cause of a gateway migration. If the Activity Log has an entry for either gateway, the migration is a
 * change by the customer. If no entry has appeared within the setting `config.noEntry`, Microsoft is named as the
 * owner. Until then the list is empty.
 */
function migrationCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  const { topology, settings, mark } = context
  const other = topology.gateways.find(({ scope }) => scope === event.scope)?.migration?.with
  const from = event.started.earliest - settings['gateway.change']
  const isLogged = [event.scope, ...(other ? [other] : [])].some((scope) =>
    ensureResourceState(context, scope).logged.some(
      ({ at, onConnection, inGroup }) => !onConnection && !inGroup && at >= from,
    ),
  )
  const step =
    'One gateway replaces the other. Compare the routes and sessions of both before the old gateway is deleted.'
  if (isLogged) return [createCause('gateway_change', 'own_change', 0.95, step)]
  if (mark.finishedAt - event.detectedAt < settings['config.noEntry']) return []
  return [createCause('gateway_migration', 'microsoft', 0.7, step)]
}

/**
 * Returns the change of a gateway as a cause, if the gateway was changed at the time of the event; null if not. Such a
 * change restarts the gateway's sessions with its peers.
 */
function gatewayChange(context: DetectionContext, event: DetectedEvent): Cause[] | null {
  const { settings } = context
  const changing = listLiveEvents(context).some(
    ({ event: other }) =>
      other.kind === 'gateway_changing' &&
      other.scope === event.scope &&
      other.started.earliest <= event.started.latest &&
      event.started.earliest <= (other.ended?.latest ?? Number.POSITIVE_INFINITY) + settings['timers.hold'],
  )
  const logged = ensureResourceState(context, event.scope).logged.some(
    (entry) =>
      !entry.onConnection &&
      !entry.inGroup &&
      entry.at <= event.started.latest &&
      canFollowLoggedChange(context, event.scope, entry, event, settings['gateway.change']),
  )
  if (!changing && !logged) return null
  return [
    createCause(
      'gateway_change',
      'own_change',
      0.95,
      'The gateway is being changed. Its peers come back when the change is finished.',
    ),
  ]
}

/**
 * Returns the causes for the loss of a site's last path.
 * - If the site's own power or routers failed, that is the cause.
 * - If all sessions, paths and circuits that carried the routes stayed up, and all polls that could show their loss
 *   were made, the routes were withdrawn.
 * - If all circuits to the site have the same provider and peering location, the causes of a circuit that fell at about
 *   the same time are returned.
 * Address ranges that belong to no declared site get no cause.
 */
function siteCauses(context: DetectionContext, live: LiveEvent): Cause[] {
  const { event } = live
  if (event.flags.includes(UNDECLARED_RANGES_FLAG)) return []
  if (isSiteEdgeLost(context, live)) {
    const step = `Check power and routers of ${event.subject}: all its paths were lost at once, and Microsoft's side of them is healthy.`
    return [createCause('onprem_edge_loss', 'onprem', 0.85, step)]
  }
  if (!mayBeLostWithCarriers(context, live)) return byKind('mass_withdraw')
  const { circuits, places } = findFormerSitePaths(context, live)
  if (places.size > 1) return []
  const down = listLiveEvents(context).find(
    ({ event: other }) =>
      other.kind === 'circuit_down' &&
      circuits.some(({ scope }) => scope === other.scope) &&
      isWithinHoldTime(context, other, event),
  )
  return down ? findCircuitDownCauses(context, down.event) : []
}

/**
 * Reports whether a later poll may still show that a session, path or circuit that carried the routes of an event was
 * lost together with them. This is the case if a former neighbor was released by the removal of its connection, or if
 * its state was last polled before the loss. A route table that is read right after the sessions shows a loss that the
 * sessions of this moment do not prove yet. False for events that do not report lost routes.
 */
export function isAwaitingCarryingResources(context: DetectionContext, live: LiveEvent): boolean {
  const { event } = live
  if (!ROUTE_LOSSES.has(event.kind)) return false
  return getPeersOfLostRoutes(live).some(
    (neighbor) =>
      canNeighborRemovalExplainChange(context, neighbor, event.started) ||
      listTablesOfNeighbor(context, live, neighbor).some((gateway) =>
        isPeerLossUnread(context, formatGatewayNeighbor({ gateway, neighbor }), event.started.latest),
      ),
  )
}

/**
 * Returns the gateways and hubs whose sessions with a former neighbor may have carried the lost routes. Failing polls of
 * another gateway do not delay the cause, except for `no_path`, which is about the tables of all gateways.
 */
function listTablesOfNeighbor(context: DetectionContext, live: LiveEvent, neighbor: string): string[] {
  const own = live.event.kind === 'no_path' ? [] : findGatewaysOfPeer(context, live, neighbor)
  return own.length > 0 ? own : listTablesOfEvent(context, live.table)
}

const ROUTE_LOSSES: ReadonlySet<EventKind> = new Set<EventKind>([...WITHDRAWALS, 'n1_stranding', 'no_path'])

/**
 * Reports whether the routes of an event were lost together with the sessions, paths or circuits that carried them, or
 * may have been. It is then not proved that a router withdrew the routes.
 */
const mayBeLostWithCarriers = (context: DetectionContext, live: LiveEvent): boolean =>
  mayFollowSessionRestart(context, live) ||
  wentWithCarriers(context, live) ||
  isAwaitingCarryingResources(context, live)

/**
 * Returns the causes of a lost BGP peer of a hub or a Route Server. If another peer keeps its session, Azure's router
 * works, so the cause is the customer's appliance. If no other peer is up, no poll shows which end failed.
 * @returns null if no other peer keeps its session, or if the session is of another kind
 */
function hubPeerCauses(context: DetectionContext, { scope, subject }: DetectedEvent): Cause[] | null {
  // Azure reports one state for both instances of the router, so the subject contains no address for Azure's end
  if (parseSubjectInstance(subject) !== '') return null
  const neighbor = parseSubjectNeighbor(subject)
  const othersUp = Object.values(ensureResourceState(context, scope).sessions).filter(
    (one) => one.localAddress === '' && one.neighbor !== neighbor && one.level === 'up',
  )
  if (othersUp.length === 0) return null
  const step = `The other BGP peers of this hub are connected: check the appliance ${neighbor}, its BGP process and its route to the router's instances.`
  return [createCause('hub_peer', 'onprem', 0.7, step)]
}

import { parseHubLinkConnection, type DetectedEvent, type EventKind, parsePathSubject } from '#lib/contract/index.ts'
import { parseSubjectInstance, parseSubjectNeighbor } from '../../model/subject.ts'
import { UNDECLARED_RANGES_FLAG } from '../rules/routes/paths/no-path.ts'
import { type DetectionContext, listLiveEvents } from '../../model/context.ts'
import { doPrefixesOverlapRanges } from '../../model/prefix-overlap.ts'
import { getPeersOfLostRoutes, findSessionRestartsOfPeer } from '../facts/loss-explanation.ts'
import type { LiveEvent } from '../../model/scope-state.ts'
import {
  doesCircuitEventAffectSession,
  findHubConnectionCircuit,
  findHubConnectionOfNeighbor,
  findPathOfCustomerAddress,
  isHubVpnGateway,
} from '../../model/topology.ts'
import { getDeliberateChangeParentRules } from './deliberate-changes.ts'
import { isLossOfCarryingResource, isLossOverHub, canBeSymptomOfCarryingResource } from './carrying-resource.ts'

interface ParentRule {
  parent: EventKind
  children: EventKind[]
  /**
   * setting with the time by which a child event may begin before its parent, in addition to the usual tolerance;
   * absent = no additional time
   */
  lead?: 'timers.hold'
  problems(context: DetectionContext, parent: LiveEvent, child: LiveEvent): boolean
}

const sessions: EventKind[] = ['session_down', 'session_up', 'session_flap', 'router_session_down', 'router_silent']
const sameScope = (_: DetectionContext, { event: parent }: LiveEvent, { event: child }: LiveEvent) =>
  parent.scope === child.scope

/**
 * Rules by which an event (child) becomes a part of a larger event (parent). The first rule that finds a parent is
 * used, so for each kind of child the rule with the largest parent is first.
 */
export const parentEventRules: readonly ParentRule[] = [
  { parent: 'gateway_isolated', children: [...sessions, 'peer_lost', 'gateway_instance_lost'], problems: sameScope },
  {
    parent: 'gateway_isolated',
    children: ['no_path', 'mass_withdraw', 'default_route_disappeared', 'ecmp_reduced'],
    problems: (_, parent, child) => parent.event.scope === child.event.scope || isFedBy(parent, child),
  },
  ...(['no_path', 'failover', 'best_path_shift', 'mass_withdraw', 'more_specific'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['site_state_changed'],
      problems: (_, whole, site) => moves(whole, site),
    }),
  ),
  { parent: 'gateway_isolated', children: ['site_state_changed'], problems: carriedSite },
  ...(['gateway_instance_lost', 'gateway_instance_restarted'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: [...sessions, 'peer_lost'],
      // Both instances of a gateway report the session between them. Therefore session events of the other instance can
      // be parts of this event, too. The same is true for its `peer_lost` event about the lost instance.
      problems: (_, { event: whole }, { event: child }) =>
        whole.scope === child.scope &&
        (child.kind === 'peer_lost'
          ? child.subject === whole.subject
          : [parseSubjectInstance(child.subject), parseSubjectNeighbor(child.subject)].includes(whole.subject)),
    }),
  ),
  {
    parent: 'peer_lost',
    children: sessions,
    problems: (_, parent, child) =>
      parent.event.scope === child.event.scope && parseSubjectNeighbor(child.event.subject) === parent.event.subject,
  },
  // In a hub, the VPN gateway reports its sessions and links, and the hub reports the routes of the connections.
  {
    parent: 'gateway_isolated',
    children: ['connection_down', 'tunnel_down', 'hub_connection_emptied'],
    problems: ({ topology }, { event: whole }, { event: child }) =>
      whole.scope === child.scope && isHubVpnGateway(topology, whole.scope),
  },
  ...(['gateway_isolated', 'gateway_instance_lost'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: parent === 'gateway_isolated' ? ['connection_down', 'tunnel_down'] : ['tunnel_down'],
      problems: ({ topology }, whole, { event: child }) =>
        (topology.connections ?? []).some(
          ({ scope, gateway }) => scope === child.scope && gateway === whole.event.scope,
        ),
    }),
  ),
  {
    parent: 'connection_down',
    children: ['tunnel_down', 'hub_connection_emptied'],
    // A hub's gateway has several connections, so both events must name the same connection.
    problems: ({ topology }, { event: parent }, { event: child }) =>
      parent.scope === child.scope &&
      (!isHubVpnGateway(topology, parent.scope) || parseHubLinkConnection(child.subject) === parent.subject),
  },
  {
    parent: 'connection_down',
    children: ['peer_lost', ...sessions],
    problems: ({ topology }, { event: parent }, { event: child }) =>
      parent.scope === child.scope &&
      findHubConnectionOfNeighbor(topology, child.scope, parseSubjectNeighbor(child.subject)) === parent.subject,
  },
  {
    parent: 'peer_lost',
    children: ['hub_connection_emptied'],
    problems: ({ topology }, { event: parent }, { event: child }) =>
      parent.scope === child.scope &&
      findHubConnectionOfNeighbor(topology, parent.scope, parent.subject) === child.subject,
  },
  ...(['connection_down', 'tunnel_down'] as const).map(
    (parent): ParentRule => ({
      parent,
      // If one of several tunnels falls, the neighbor keeps other sessions, so a `peer_lost` event is not a part of
      // `tunnel_down`.
      children: parent === 'connection_down' ? ['peer_lost', ...sessions] : sessions,
      problems: ({ topology }, { event: whole }, { event: child }) =>
        (topology.connections ?? []).some(
          ({ scope, gateway, neighbor }) =>
            scope === whole.scope && gateway === child.scope && neighbor === parseSubjectNeighbor(child.subject),
        ),
    }),
  ),
  // A session that receives no messages falls when its hold time has passed.
  { parent: 'session_down', children: ['keepalive_stall'], lead: 'timers.hold', problems: ofSession },
  {
    parent: 'path_down',
    children: sessions,
    problems: (context, parent, child) =>
      parent.event.scope === child.event.scope &&
      isCustomerSession(context, parent.event, child.event) &&
      lastedTogether(parent.event, child.event),
  },
  ...(['session_down', 'session_flap', 'session_ends_differ', 'router_session_down'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: parent === 'router_session_down' ? ['router_silent'] : ['router_session_down', 'router_silent'],
      problems: (_, { event: whole }, { event: child }) =>
        whole.scope === child.scope && whole.subject === child.subject && lastedTogether(whole, child),
    }),
  ),
  // The sessions of gateways may show that a circuit is down before the circuit's own sessions are polled.
  ...(['path_down', 'circuit_down'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['peer_lost'],
      problems: (context, { event: whole }, { event: child }) =>
        context.topology.mappings.some(
          ({ gateway, neighbor, circuit, path }) =>
            gateway === child.scope &&
            neighbor === child.subject &&
            circuit === whole.scope &&
            doesCircuitEventAffectSession(whole, path),
        ),
    }),
  ),
  { parent: 'path_down', children: ['green_but_dead'], problems: ofPeering },
  {
    parent: 'green_but_dead',
    children: ['green_but_dead', 'redundancy_lost', 'redundancy_restored'],
    problems: isOfDead,
  },
  { parent: 'prefix_limit_exceeded', children: ['circuit_down', 'path_down', 'redundancy_lost'], problems: ofPeering },
  { parent: 'circuit_down', children: ['path_down', 'redundancy_lost', 'redundancy_restored'], problems: ofPeering },
  {
    parent: 'path_down',
    children: ['redundancy_lost', 'redundancy_restored'],
    problems: (_, { event: path }, { event }) =>
      path.scope === event.scope && path.subject.startsWith(`${event.subject}/`),
  },
  ...getDeliberateChangeParentRules('carried'),
  ...(['prefix_limit_exceeded', 'circuit_down', 'path_down', 'peer_lost'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['mass_withdraw', 'default_route_disappeared', 'no_path', 'ecmp_reduced', 'n1_stranding'],
      problems: (context, candidate, child) =>
        canBeSymptomOfCarryingResource(child) && isLossOfCarryingResource(context, candidate, child),
    }),
  ),
  // If a hub loses a gateway, or the last connection of a gateway, the hub's table loses the routes over this gateway.
  ...(['gateway_isolated', 'connection_down', 'hub_connection_emptied'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['no_path', 'default_route_disappeared'],
      problems: ({ topology }, { event: whole }, child) =>
        canBeSymptomOfCarryingResource(child) &&
        getPeersOfLostRoutes(child).some((peer) => isLossOverHub(topology, child, peer, whole)),
    }),
  ),
  {
    parent: 'session_flap',
    children: ['mass_withdraw', 'default_route_disappeared', 'ecmp_reduced'],
    problems: cameBackWith,
  },
  ...(['prefix_limit_exceeded', 'circuit_down'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['hub_connection_emptied'],
      problems: ({ topology }, { event: whole }, { event: child }) =>
        findHubConnectionCircuit(topology, child) === whole.scope && doesCircuitEventAffectSession(whole, null),
    }),
  ),
  {
    parent: 'connection_down',
    children: ['n1_stranding'],
    problems: ({ topology }, { event: whole }, { peersBefore = [] }) =>
      (topology.connections ?? []).some(
        ({ scope, neighbor }) => scope === whole.scope && neighbor !== undefined && peersBefore.includes(neighbor),
      ),
  },
  ...(['no_path', 'failover', 'best_path_shift', 'mass_withdraw', 'site_state_changed'] as const).map(
    (parent): ParentRule => ({
      parent,
      children: ['n1_stranding'],
      problems: (_, whole, single) => moves(whole, single),
    }),
  ),
  {
    parent: 'no_path',
    children: ['mass_withdraw'],
    problems: (_, parent, child) => isOfItsSite(parent) && moves(parent, child) && !hasLeftPath(parent, child),
  },
  ...getDeliberateChangeParentRules('own', 'neighbor', 'hub', 'part', 'exchange', 'migrated'),
]

/** Reports whether the prefixes of an event about moved routes overlap the ranges of a site's event. */
function moves({ prefixes = [] }: LiveEvent, { prefixes: ranges = [] }: LiveEvent): boolean {
  return doPrefixesOverlapRanges(prefixes, ranges)
}

/**
 * Reports whether an isolated gateway carried the routes of a site: the site's event is stored at the gateway, or the
 * gateway's own route table lost prefixes of the site.
 */
function carriedSite(context: DetectionContext, { event: gateway }: LiveEvent, site: LiveEvent): boolean {
  if (site.event.scope === gateway.scope) return true
  return listLiveEvents(context).some(
    (live) => live.event.scope === gateway.scope && LOST_ROUTES.has(live.event.kind) && moves(live, site),
  )
}
const LOST_ROUTES: ReadonlySet<EventKind> = new Set(['no_path', 'mass_withdraw', 'default_route_disappeared'])

/**
 * Reports whether an event is the outage of a declared or learned site. Any withdrawal of the site's ranges is then a
 * part of the outage.
 */
const isOfItsSite = ({ event }: LiveEvent) => !event.flags.includes(UNDECLARED_RANGES_FLAG)

/**
 * Reports whether a withdrawal moved its site to another path, and this other path was lost later. In this case the
 * site lost its last path through neighbors other than those of the withdrawal. The bounds of both events may overlap
 * by the duration of the poll between them, so the middle of the withdrawal's bounds is compared.
 */
const hasLeftPath = (
  { event: { started: outage }, peersBefore: last = [] }: LiveEvent,
  { event: { started }, peersBefore: withdrawn = [] }: LiveEvent,
) => (started.earliest + started.latest) / 2 < outage.earliest && !withdrawn.some((peer) => last.includes(peer))

function ofPeering(_: DetectionContext, { event: parent }: LiveEvent, { event: child }: LiveEvent): boolean {
  const isOf = child.subject === parent.subject || child.subject.startsWith(`${parent.subject}/`)
  return parent.scope === child.scope && isOf
}

/** Reports whether a keepalive stall lasted until its session fell. The stall is then a part of the fall. */
function ofSession(_: DetectionContext, { event: fall }: LiveEvent, { event: stall }: LiveEvent): boolean {
  const isUntilFall = stall.ended === null || stall.ended.latest >= fall.started.earliest
  return fall.scope === stall.scope && fall.subject === stall.subject && isUntilFall
}

/**
 * Reports whether a child event is a part of a green_but_dead event (a path carries no traffic although its session is
 * up). The child is a part if it reports the lost redundancy of the same peering. If the parent is about the whole
 * peering, an earlier green_but_dead event of one of its paths is a part, too.
 */
function isOfDead(_: DetectionContext, { event: parent }: LiveEvent, { event: child }: LiveEvent): boolean {
  const { peering } = parsePathSubject(parent.subject)
  if (child.kind !== 'green_but_dead') return parent.scope === child.scope && child.subject === peering
  return (
    parent.subject === peering &&
    parsePathSubject(child.subject).path !== null &&
    parsePathSubject(child.subject).peering === peering &&
    parent.scope === child.scope
  )
}

/**
 * Reports whether two events may have overlapped in time. A path and its session are read by the same poll, so events
 * of them that did not overlap belong to different outages.
 */
const lastedTogether = (a: DetectedEvent, b: DetectedEvent): boolean =>
  (a.ended?.latest ?? Number.POSITIVE_INFINITY) >= b.started.earliest &&
  (b.ended?.latest ?? Number.POSITIVE_INFINITY) >= a.started.earliest

/** Reports whether the child event is about the session with the customer's router on the path of the parent event. */
function isCustomerSession({ topology }: DetectionContext, parent: DetectedEvent, child: DetectedEvent): boolean {
  const { peering: name, path } = parsePathSubject(parent.subject)
  const peering = topology.circuits
    .find(({ scope }) => scope === parent.scope)
    ?.peerings.find((candidate) => candidate.name === name)
  return peering !== undefined && findPathOfCustomerAddress(peering, parseSubjectNeighbor(child.subject)) === path
}

/**
 * Reports whether restarted sessions, including the session of this event, explain the loss of all routes of another
 * event. The routes must be back when the sessions are back. Routes that are then still missing were lost for another
 * reason.
 */
function cameBackWith(context: DetectionContext, { event: restart }: LiveEvent, child: LiveEvent): boolean {
  const { ended } = child.event
  if (!ended || ended.earliest > (restart.ended?.latest ?? 0) + context.settings['burst.slack']) return false
  const restarts = getPeersOfLostRoutes(child).map((peer) => findSessionRestartsOfPeer(context, child, peer))
  return (
    restarts.length > 0 &&
    restarts.every((each) => each.length > 0) &&
    restarts.flat().some(({ event }) => event.key === restart.key)
  )
}

function isFedBy({ event: parent }: LiveEvent, { event: child }: LiveEvent): boolean {
  return child.kind === 'no_path' && child.flags.includes(`gateway:${parent.scope}`)
}

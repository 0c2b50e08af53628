import { type EventKind, eventKinds } from '#lib/contract/index.ts'
import { gatewayInstanceEventKinds, parseSubjectInstance, parseSubjectNeighbor } from '../../model/subject.ts'
import type { DetectionContext } from '../../model/context.ts'
import type { DeliberateResourceChange, LiveEvent } from '../../model/scope-state.ts'
import { doesCircuitEventAffectSession, findHubConnectionCircuit, type GatewayNode } from '../../model/topology.ts'
import { isFormerGatewayInstance, isServedByOtherInstances } from '../facts/instance-replacement.ts'
import { listExpectedSessions } from '../facts/gateway-sessions.ts'
import { findCausingRemoval } from '../facts/neighbor-claims.ts'
import { isLossOfCarryingResource, canBeSymptomOfCarryingResource } from './carrying-resource.ts'

type Hangs = (context: DetectionContext, act: LiveEvent, child: LiveEvent) => boolean

const isOwn: Hangs = (_, { event: act }, { event: child }) => act.scope === child.scope
const wentBy: Hangs = (context, act, child) => findCausingRemoval(context, child) === act.event.key
/**
 * Reports whether the child event is about a gateway's neighbor that is an edge router of the changed circuit. The
 * parent event reports a deliberate change of this circuit, which must affect the traffic between the gateways and the
 * path of this neighbor.
 */
const isOfNeighbor: Hangs = ({ topology }, { event: act }, { event: child }) =>
  topology.mappings.some(
    ({ gateway, neighbor, circuit, path }) =>
      gateway === child.scope &&
      neighbor === parseSubjectNeighbor(child.subject) &&
      circuit === act.scope &&
      doesCircuitEventAffectSession(act, path),
  )

/**
 * Relations that an event can have to a deliberate change by a person or by the provider (`act`). For each kind of
 * event, the change explains the event only if they have a certain one of these relations.
 */
const ties = {
  /** the event is about the changed resource itself (same scope) */
  own: isOwn,
  /**
   * the event is about the changed resource itself, or about a neighbor of the resource that the deliberate change
   * removed or disabled
   */
  neighbor: (context, act, child) =>
    isOwn(context, act, child) || wentBy(context, act, child) || isOfNeighbor(context, act, child),
  /**
   * the event is about lost routes, or about a gateway without any neighbor. Every neighbor through which they were
   * lost was taken away by deliberate changes of the same kind, and at least one of these neighbors by this change
   */
  carried: (context, act, child) =>
    canBeSymptomOfCarryingResource(child) &&
    (wentBy(context, act, child) || isLossOfCarryingResource(context, act, child)),
  /** the event is about a hub's connection to the circuit that was deliberately changed */
  hub: ({ topology }, { event: act }, { event: child }) =>
    findHubConnectionCircuit(topology, child) === act.scope && doesCircuitEventAffectSession(act, null),
  /** the event is about the removed connection of a hub's gateway, or about a link of that connection */
  part: (context, act, child) =>
    isOwn(context, act, child) && child.event.subject.split('/')[0] === act.event.subject.split('/')[0],
  /**
   * the event is about the gateway of a migration that is currently not in use, or about routes that moved from the
   * table of the old gateway to that of the new one
   */
  migrated: (context, { event: act }, { event: { kind, scope } }) => {
    const { gateways } = context.topology
    const from = gateways.find((one) => one.scope === act.scope)
    const to = gateways.find((one) => one.scope === from?.migration?.with)
    if (!from || !to) return false
    const isUp = (one: GatewayNode) => listExpectedSessions(context, one.scope).some(({ level }) => level === 'up')
    if (!from.isStandby && (isUp(from) || !isUp(to))) return scope === to.scope && to.isStandby === true
    return scope === from.scope || (MOVED_ROUTES.has(kind) && [to.scope, ...from.circuits].includes(scope))
  },
  /**
   * the event is about a gateway instance that leaves or restarts, or about its sessions, while other instances have
   * sessions with the same neighbors
   */
  exchange: (context, act, child) => {
    const { kind, scope, subject } = child.event
    if (!isOwn(context, act, child)) return false
    if (gatewayInstanceEventKinds.has(kind))
      return !isFoundAfter(child, act) && isServedByOtherInstances(context, scope, subject, null)
    const [instance, neighbor] = [parseSubjectInstance(subject), parseSubjectNeighbor(subject)]
    // The other instance of the gateway loses its session with the instance that leaves.
    return (
      isServedByOtherInstances(context, scope, instance, neighbor) ||
      isServedByOtherInstances(context, scope, neighbor, null) ||
      isFormerGatewayInstance(context, scope, neighbor)
    )
  },
} satisfies Record<string, Hangs>
export type DeliberateChangeRelation = keyof typeof ties

/**
 * Reports whether a loss was detected only after a change had ended. After the change the resource should have been
 * back, so the change does not explain the loss.
 */
const isFoundAfter = ({ event: loss }: LiveEvent, { event: change }: LiveEvent) =>
  change.ended !== null && loss.detectedAt > change.ended.latest

type Dependents = Partial<Record<EventKind, DeliberateChangeRelation>>
const as = (tie: DeliberateChangeRelation, ...kinds: EventKind[]): Dependents =>
  Object.fromEntries(kinds.map((kind) => [kind, tie]))

const SESSIONS = [
  'session_down',
  'router_session_down',
  'router_silent',
  'session_up',
  'session_flap',
  'session_flapping',
  'keepalive_stall',
] as const
/**
 * Kinds of events about a neighbor of a gateway. Such an event becomes a part of the deliberate change that took the
 * neighbor away.
 */
const WITH_NEIGHBOR = [
  'session_down',
  'router_session_down',
  'router_silent',
  'session_flap',
  'keepalive_stall',
  'peer_lost',
] as const
const PATHS = ['circuit_down', 'path_down', 'redundancy_lost', 'redundancy_restored'] as const
const ROUTES = [
  'gateway_isolated',
  'mass_withdraw',
  'default_route_disappeared',
  'no_path',
  'ecmp_reduced',
  'n1_stranding',
] as const
const GATEWAYS = ['peer_lost', 'gateway_instance_lost', 'gateway_instance_restarted', 'gateway_isolated'] as const
/**
 * Kinds of events about a gateway's route table that are raised when all routes move to the route table of another
 * gateway.
 */
const MOVED_ROUTES: ReadonlySet<EventKind> = new Set([
  'mass_withdraw',
  'default_route_disappeared',
  'ecmp_reduced',
  'n1_stranding',
  'unexpected_transit',
])
const TUNNELS = ['connection_down', 'tunnel_down'] as const

/**
 * Kinds of events that each deliberate change explains, with the relation that the event must have to the change. A
 * change does not explain kinds that are not listed for it (docs/rules/detection.md 3.1). Azure refuses to remove a
 * port or a hub that is still in use, so the removal of a port or hub explains no event.
 */
export const eventKindsExplainedByChange: Readonly<Record<DeliberateResourceChange, Dependents>> = {
  'circuit removed': {
    ...as('own', ...PATHS, 'green_but_dead', 'one_way_traffic'),
    ...as('neighbor', ...SESSIONS, 'peer_lost'),
    ...as('carried', ...ROUTES),
    hub_connection_emptied: 'hub',
  },
  'circuit deprovisioned': {
    ...as('own', ...SESSIONS, ...PATHS),
    ...as('carried', ...ROUTES),
    hub_connection_emptied: 'hub',
  },
  'peering disabled': {
    ...as('own', ...PATHS),
    ...as('neighbor', ...SESSIONS, 'peer_lost'),
    ...as('carried', ...ROUTES),
    hub_connection_emptied: 'hub',
  },
  'connection removed': {
    ...as('own', ...TUNNELS),
    ...as('neighbor', ...WITH_NEIGHBOR),
    ...as('carried', ...ROUTES),
  },
  'hub connection removed': as('part', 'hub_connection_emptied', ...TUNNELS),
  'gateway removed': {
    ...as('carried', ...ROUTES),
    ...as('own', ...SESSIONS, ...GATEWAYS, ...TUNNELS, 'hub_connection_emptied'),
  },
  'gateway changed': as('exchange', ...SESSIONS, ...gatewayInstanceEventKinds),
  'gateway on standby': as('own', ...SESSIONS, ...GATEWAYS),
  'gateway migrated': as('migrated', ...SESSIONS, ...GATEWAYS, ...MOVED_ROUTES),
  'other resource removed': {},
}

/** Kinds of events that report a deliberate change of a resource. */
const actKinds = [
  'resource_removed',
  'provider_state_changed',
  'peering_disabled',
  'gateway_changing',
] as const satisfies EventKind[]

/** Returns the deliberate change that an event reports; null if it reports none. */
function actOf({ event: { kind }, act }: LiveEvent): DeliberateResourceChange | null {
  switch (kind) {
    case 'resource_removed':
      return act ?? 'circuit removed'
    case 'provider_state_changed':
      return 'circuit deprovisioned'
    case 'peering_disabled':
      return 'peering disabled'
    case 'gateway_changing':
      return act ?? 'gateway changed'
    default:
      return null
  }
}

/**
 * Returns a function that reports whether a deliberate change explains an event of this kind through one of these
 * relations.
 */
const isPartOf =
  (kind: EventKind, among: readonly DeliberateChangeRelation[]): Hangs =>
  (context, act, child) => {
    const done = actOf(act)
    const tie = done === null ? undefined : eventKindsExplainedByChange[done][kind]
    return tie !== undefined && among.includes(tie) && ties[tie](context, act, child)
  }

/** Returns the rules by which events become parts of a deliberate change through one of these relations. */
export const getDeliberateChangeParentRules = (...among: DeliberateChangeRelation[]) =>
  eventKinds
    .filter((kind) =>
      Object.values(eventKindsExplainedByChange).some((parts) =>
        among.includes(parts[kind] as DeliberateChangeRelation),
      ),
    )
    .flatMap((kind) => actKinds.map((parent) => ({ parent, children: [kind], problems: isPartOf(kind, among) })))

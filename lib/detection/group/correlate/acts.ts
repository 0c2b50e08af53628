import { type EventKind, eventKinds } from '#lib/contract/index.ts'
import { instanceOf, neighborOf } from '../../model/subject.ts'
import type { FoldContext } from '../../model/context.ts'
import type { Act, LiveEvent } from '../../model/scope-state.ts'
import { affectsGateways, circuitOfHubConnection, type GatewayNode } from '../../model/topology.ts'
import { hasLeft, isCarried } from '../facts/exchange.ts'
import { expectedSessions } from '../facts/inside.ts'
import { removalBehind } from '../facts/neighbor-claims.ts'
import { carries, canBeSymptomOfCarrier } from './carried.ts'

type Hangs = (context: FoldContext, act: LiveEvent, child: LiveEvent) => boolean

const isOwn: Hangs = (_, { event: act }, { event: child }) => act.scope === child.scope
const wentBy: Hangs = (context, act, child) => removalBehind(context, child) === act.event.key
/** Of a gateway's neighbor on a circuit whose act leaves the circuit where it is. */
const isOfNeighbor: Hangs = ({ topology }, { event: act }, { event: child }) =>
  topology.mappings.some(
    ({ gateway, neighbor, circuit, path }) =>
      gateway === child.scope &&
      neighbor === neighborOf(child.subject) &&
      circuit === act.scope &&
      affectsGateways(act, path),
  )

/** How something can hang on what somebody acted on. */
const ties = {
  /** it is of the very resource */
  own: isOwn,
  /** it is of the very resource, or of a neighbor that went with it */
  neighbor: (context, act, child) =>
    isOwn(context, act, child) || wentBy(context, act, child) || isOfNeighbor(context, act, child),
  /** all that it is about was carried by the resource */
  carried: (context, act, child) =>
    canBeSymptomOfCarrier(child) && (wentBy(context, act, child) || carries(context, act, child)),
  /** it is of a hub's connection to the circuit */
  hub: ({ topology }, { event: act }, { event: child }) =>
    circuitOfHubConnection(topology, child) === act.scope && affectsGateways(act, null),
  /** it is of the very connection of a gateway in a hub, or of a link of it */
  part: (context, act, child) =>
    isOwn(context, act, child) && child.event.subject.split('/')[0] === act.event.subject.split('/')[0],
  /** it is of the one of two gateways that waits, or of routes that moved to the other one's table */
  migrated: (context, { event: act }, { event: { kind, scope } }) => {
    const { gateways } = context.topology
    const from = gateways.find((one) => one.scope === act.scope)
    const to = gateways.find((one) => one.scope === from?.migration?.with)
    if (!from || !to) return false
    const isUp = (one: GatewayNode) => expectedSessions(context, one.scope).some(({ level }) => level === 'up')
    if (!from.isStandby && (isUp(from) || !isUp(to))) return scope === to.scope && to.isStandby === true
    return scope === from.scope || (MOVED_ROUTES.has(kind) && [to.scope, ...from.circuits].includes(scope))
  },
  /** it is of an instance that leaves or restarts while others have the same neighbors */
  exchange: (context, act, child) => {
    const { kind, scope, subject } = child.event
    if (!isOwn(context, act, child)) return false
    if (OF_INSTANCES.has(kind)) return !isFoundAfter(child, act) && isCarried(context, scope, subject, null)
    const [instance, neighbor] = [instanceOf(subject), neighborOf(subject)]
    // a sibling loses its session with an instance that leaves
    return (
      isCarried(context, scope, instance, neighbor) ||
      isCarried(context, scope, neighbor, null) ||
      hasLeft(context, scope, neighbor)
    )
  },
} satisfies Record<string, Hangs>
export type Tie = keyof typeof ties

/** What is found to be lost when the change is over has not come back with it. */
const isFoundAfter = ({ event: loss }: LiveEvent, { event: change }: LiveEvent) =>
  change.ended !== null && loss.detectedAt > change.ended.latest

const OF_INSTANCES: ReadonlySet<EventKind> = new Set(['gateway_instance_lost', 'gateway_instance_restarted'])

type Dependents = Partial<Record<EventKind, Tie>>
const as = (tie: Tie, ...kinds: EventKind[]): Dependents => Object.fromEntries(kinds.map((kind) => [kind, tie]))

const SESSIONS = [
  'session_down',
  'router_session_down',
  'router_silent',
  'session_up',
  'session_flap',
  'session_flapping',
  'keepalive_stall',
] as const
/** What is about a neighbor, and goes with it. */
const WITH_NEIGHBOR = [
  'session_down',
  'router_session_down',
  'router_silent',
  'session_flap',
  'keepalive_stall',
  'peer_lost',
] as const
const PATHS = ['circuit_down', 'path_down', 'redundancy_lost', 'redundancy_restored'] as const
const ROUTES = ['mass_withdraw', 'default_route_disappeared', 'no_path', 'ecmp_reduced', 'n1_stranding'] as const
const GATEWAYS = ['peer_lost', 'gateway_instance_lost', 'gateway_instance_restarted', 'gateway_isolated'] as const
/** Of a table from which everything moves to another gateway's. */
const MOVED_ROUTES: ReadonlySet<EventKind> = new Set([
  'mass_withdraw',
  'default_route_disappeared',
  'ecmp_reduced',
  'n1_stranding',
  'unexpected_transit',
])
const TUNNELS = ['connection_down', 'tunnel_down'] as const

/**
 * What is a part of what somebody did, by what was done and by what befell; a pair that is not here is explained by no act (docs/rules/detection.md
 * 3.1). Azure itself refuses to remove a port or a hub that still has something, so that nothing hangs on those.
 */
export const partsOfActs: Readonly<Record<Act, Dependents>> = {
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
    ...as('own', ...SESSIONS, ...GATEWAYS, ...TUNNELS, 'hub_connection_emptied'),
    ...as('carried', ...ROUTES),
  },
  'gateway changed': as('exchange', ...SESSIONS, ...OF_INSTANCES),
  'gateway on standby': as('own', ...SESSIONS, ...GATEWAYS),
  'gateway migrated': as('migrated', ...SESSIONS, ...GATEWAYS, ...MOVED_ROUTES),
  'other resource removed': {},
}

/** Kinds of events that report acts. */
const actKinds = [
  'resource_removed',
  'provider_state_changed',
  'peering_disabled',
  'gateway_changing',
] as const satisfies EventKind[]

/** What an event reports that somebody did. */
function actOf({ event: { kind }, act }: LiveEvent): Act | null {
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

/** Whether an event hangs on an act by one of these ties. */
const isPartOf =
  (kind: EventKind, among: readonly Tie[]): Hangs =>
  (context, act, child) => {
    const done = actOf(act)
    const tie = done === null ? undefined : partsOfActs[done][kind]
    return tie !== undefined && among.includes(tie) && ties[tie](context, act, child)
  }

/** The rules that fold events into acts by one of these ties. */
export const rulesOfActs = (...among: Tie[]) =>
  eventKinds
    .filter((kind) => Object.values(partsOfActs).some((parts) => among.includes(parts[kind] as Tie)))
    .flatMap((kind) => actKinds.map((parent) => ({ parent, children: [kind], problems: isPartOf(kind, among) })))

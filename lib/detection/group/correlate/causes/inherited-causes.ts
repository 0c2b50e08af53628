import {
  type Cause,
  getEndingEventKind,
  type EventKind,
  userActionEventKinds,
  monitoringEventKinds,
  recoveryEventKinds,
  formatGatewayNeighbor,
  doTimestampBoundsOverlap,
  parsePathSubject,
  formatPathSubject,
} from '#lib/contract/index.ts'
import { findGatewaysOfPeer, findNeighborPathLosses, canExplainRouteChange } from '../../facts/loss-explanation.ts'
import { getCausesOfRemoval } from '../../facts/neighbor-claims.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { doPrefixesOverlapRanges } from '../../../model/prefix-overlap.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { parseSubjectInstance, parseSubjectNeighbor } from '../../../model/subject.ts'
import { findPathOfCustomerAddress } from '../../../model/topology.ts'
import { ADMINISTRATIVE_FLAG } from '../administrative.ts'
import { isWithinHoldTime } from '../../facts/hold-time.ts'
import { isEdgeRouterSession } from './edge-session.ts'
import { MIN_NAMED_CONFIDENCE } from './create-cause.ts'

/**
 * Returns the causes of each event that is still evaluated, including inherited causes (docs/rules/detection.md 3.6).
 * - A part inherits from the larger event to which it belongs (`partOf`).
 * - A recovery inherits from the loss that it ends.
 * - A consequence inherits from the losses that it follows from, with their confidence.
 * - A part of a deliberate act (for example of a disabled peering) inherits the act's cause even if that is unknown,
 *   because its own causes would name a fault that did not happen.
 * @param own the causes of each event without inheritance
 */
export function addInheritedCauses(
  context: DetectionContext,
  own: ReadonlyMap<LiveEvent, Cause[]>,
): Map<LiveEvent, Cause[]> {
  const lives = [...own.keys()]
  const byKey = new Map(lives.map((live) => [live.event.key, live]))
  const known = new Map<LiveEvent, Cause[]>()
  const causesOf = (live: LiveEvent): Cause[] => {
    const found = known.get(live)
    if (found) return found
    const alone = own.get(live) ?? []
    // Store the event's own causes first. If events inherit from each other in a cycle, the cycle then ends with these
    // causes.
    known.set(live, alone)
    const causes = taken(context, live, alone, { byKey, lives, causesOf })
    known.set(live, causes)
    return causes
  }
  for (const live of lives) causesOf(live)
  return known
}

interface Beside {
  byKey: ReadonlyMap<string, LiveEvent>
  lives: readonly LiveEvent[]
  causesOf: (live: LiveEvent) => Cause[]
}

function taken(
  context: DetectionContext,
  live: LiveEvent,
  alone: Cause[],
  { byKey, lives, causesOf }: Beside,
): Cause[] {
  const { kind } = live.event
  // An event about failing polls inherits no causes, because it is about Peerwatch's own polling.
  if (monitoringEventKinds.has(kind)) return alone
  const act = actBehind(live, byKey)
  if (act) return causesOf(act)
  const whole = wholeOf(live, byKey)
  const removed = whole ? null : getCausesOfRemoval(context, live)
  // If a circuit and its connection were removed together, the Activity Log may contain only one of the removals. A
  // failover that a logged change explains keeps this change as its cause.
  const isLogged = kind === 'failover' && isNamed(alone) && alone[0]?.class === 'configuration_change'
  if (removed && !isLogged) return removed
  // The larger event (`partOf`) of this part is no longer in the detection state, because it ended long ago. The part
  // keeps the causes that it already has, even if it lasts longer than the larger event.
  if (live.event.partOf && !whole && isNamed(live.event.causes)) return live.event.causes
  if (live.event.partOf && !whole && live.event.flags.includes(ADMINISTRATIVE_FLAG)) return live.event.causes
  if (whole && isNamed(causesOf(whole))) return causesOf(whole)
  // A part whose own cause is unknown gets the causes of the larger event, even if they are uncertain. The restarts in
  // a session_flapping event are an exception, because each restart has its own cause.
  if (whole && whole.event.kind !== 'session_flapping')
    return alone.every(({ owner }) => owner === 'unknown') ? causesOf(whole) : alone
  if (recoveryEventKinds.has(kind)) {
    const ended = endedOne(lives, live)
    return ended && isNamed(causesOf(ended)) ? causesOf(ended) : alone
  }
  const losses = reasons[kind]?.(context, live, lives) ?? []
  const acts = losses.map((each) =>
    each.flatMap((one) => (userActionEventKinds.has(one.event.kind) ? one : (actBehind(one, byKey) ?? []))),
  )
  // The ARP and session states of a lost path look like a fault even if a person disabled the path on purpose.
  // Therefore a deliberate act takes precedence.
  const isDone = acts.length > 0 && acts.every((each) => each.length > 0)
  const hasOwnCause = hasOwn.has(kind) && isNamed(alone) && !isDone
  if (hasOwnCause && kind !== 'no_path') return alone
  const [done] = acts.flat()
  if (done && !hasOwnCause) return causesOf(done)
  const mayEnd = (causes: readonly Cause[]) => !isBeyondEdge(causes) || !isEdgeRouterSession(context, live.event)
  const named = losses.map((each) =>
    each.filter((one) => one !== live && isNamed(causesOf(one)) && mayEnd(causesOf(one))),
  )
  if (named.length === 0 || named.some((each) => each.length === 0)) return alone
  const inherited = merged(named.flat().flatMap(causesOf))
  // The causes of the losses may name a logged change, which the states of the event's own layers cannot show.
  // Therefore the more likely causes are used.
  if (hasOwnCause && (inherited[0]?.confidence ?? 0) <= (alone[0]?.confidence ?? 0)) return alone
  const others = alone.filter(
    ({ class: name, confidence }) => confidence > 0 && !inherited.some((one) => one.class === name),
  )
  return [...inherited, ...others].toSorted((a, b) => b.confidence - a.confidence)
}

const wholeOf = ({ event }: LiveEvent, byKey: Beside['byKey']) => byKey.get(event.partOf ?? '')

/**
 * Returns the deliberate act (for example a disabled peering) of which an event is a part, or a part of a part;
 * undefined if there is none.
 */
function actBehind(live: LiveEvent, byKey: Beside['byKey']): LiveEvent | undefined {
  let whole = wholeOf(live, byKey)
  for (let steps = 0; whole && steps < byKey.size; steps++) {
    if (userActionEventKinds.has(whole.event.kind)) return whole
    whole = wholeOf(whole, byKey)
  }
  return undefined
}

const isNamed = ([likeliest]: readonly Cause[]) =>
  likeliest !== undefined && likeliest.owner !== 'unknown' && likeliest.confidence >= MIN_NAMED_CONFIDENCE

/**
 * Reports whether the likeliest cause is on the customer's side of an edge router, that is, its owner is the customer
 * or the provider. Such a cause cannot end a session between that router and a gateway (docs/rules/detection.md 3.6).
 */
const isBeyondEdge = ([likeliest]: readonly Cause[]) => likeliest?.owner === 'onprem' || likeliest?.owner === 'provider'

/** Returns each cause class once, with its highest confidence, the most likely first. */
function merged(causes: readonly Cause[]): Cause[] {
  const best = new Map<string, Cause>()
  for (const cause of causes) {
    const known = best.get(cause.class)
    if (!known || cause.confidence > known.confidence) best.set(cause.class, cause)
  }
  return [...best.values()].toSorted((a, b) => b.confidence - a.confidence)
}

/**
 * Kinds of events that keep their own causes instead of inherited causes, if their own causes name a responsible owner
 * (docs/rules/detection.md 3.6).
 */
const hasOwn: ReadonlySet<EventKind> = new Set<EventKind>(['peer_lost', 'no_path'])

/**
 * Returns the event that a recovery ends: the loss of the same subject whose end overlaps the start of the recovery, or
 * the best_path_shift that the recovery reverts; undefined if there is none.
 */
function endedOne(lives: readonly LiveEvent[], { event, table }: LiveEvent): LiveEvent | undefined {
  const own = lives.filter(
    ({ event: { kind, scope, subject, ended }, table: of }) =>
      scope === event.scope &&
      subject === event.subject &&
      of === table &&
      ended !== null &&
      doTimestampBoundsOverlap(ended, event.started) &&
      (getEndingEventKind(kind) === event.kind || kind === 'best_path_shift'),
  )
  return own.toSorted(
    (a, b) =>
      Number(getEndingEventKind(b.event.kind) === event.kind) - Number(getEndingEventKind(a.event.kind) === event.kind),
  )[0]
}

/**
 * Function that returns the events that may have caused an event. They are in groups, one group for each part that was
 * lost, for example for each lost peer. The event inherits causes only if every group contains an event with a named
 * cause.
 */
type Reasons = (context: DetectionContext, live: LiveEvent, lives: readonly LiveEvent[]) => LiveEvent[][]

const lossesOfPeers: Reasons = (context, live) => {
  const { peersBefore = [], peersAfter = [] } = live
  return peersBefore.filter((peer) => !peersAfter.includes(peer)).map((peer) => lossesOfPeer(context, live, peer))
}

const lossesOfSession: Reasons = (context, { event }, lives) => {
  const { scope, subject, started } = event
  const circuit = context.topology.circuits.find((one) => one.scope === scope)
  const neighbor = parseSubjectNeighbor(subject)
  if (!circuit)
    return [
      [
        ...findNeighborPathLosses(context, formatGatewayNeighbor({ gateway: scope, neighbor }), started),
        ...lives.filter(
          ({ event: other }) =>
            other.kind === 'gateway_instance_lost' &&
            other.scope === scope &&
            [parseSubjectInstance(subject), neighbor].includes(other.subject) &&
            canExplainRouteChange(other, started),
        ),
      ],
    ]
  const peering = circuit.peerings.find((one) => findPathOfCustomerAddress(one, neighbor) !== null)
  const path = peering && findPathOfCustomerAddress(peering, neighbor)
  const lost = new Map<EventKind, string | null | undefined>([
    ['circuit_down', peering?.name],
    ['prefix_limit_exceeded', peering?.name],
    ['path_down', peering && path && formatPathSubject(peering.name, path)],
  ])
  return [
    lives.filter(
      ({ event: other }) =>
        other.scope === scope && lost.get(other.kind) === other.subject && canExplainRouteChange(other, started),
    ),
  ]
}

const lossesOfPeering: Reasons = (_, { event }, lives) => [
  lives.filter(
    ({ event: other }) =>
      (other.kind === 'path_down' || other.kind === 'circuit_down') &&
      other.scope === event.scope &&
      parsePathSubject(other.subject).peering === event.subject &&
      canExplainRouteChange(other, event.started),
  ),
]

/**
 * Returns the events that moved or removed routes of the same address space. An event that began later, by more than
 * the setting `burst.slack`, is left out because it has another reason.
 */
const movesOfSpace: Reasons = (context, { event, prefixes: ranges = [] }, lives) => [
  lives.filter(
    ({ event: other, prefixes = [] }) =>
      movers.has(other.kind) &&
      isWithinHoldTime(context, other, event) &&
      other.started.earliest <= event.started.latest + context.settings['burst.slack'] &&
      doPrefixesOverlapRanges(prefixes, ranges),
  ),
]
const movers: ReadonlySet<EventKind> = new Set<EventKind>([
  'failover',
  'best_path_shift',
  'mass_withdraw',
  'no_path',
  'more_specific',
])

/**
 * Returns a function that finds events of these kinds on the same circuit. Events of these kinds are about routing
 * policy, which can leave a circuit with fewer used paths although no path was lost.
 */
const policiesOf =
  (kinds: ReadonlySet<EventKind>): Reasons =>
  (_, { event }, lives) => [
    lives.filter(
      ({ event: other }) =>
        kinds.has(other.kind) && other.scope === event.scope && canExplainRouteChange(other, event.started),
    ),
  ]
const differences: ReadonlySet<EventKind> = new Set<EventKind>(['parity_mismatch'])
const preferences: ReadonlySet<EventKind> = new Set<EventKind>([
  'parity_mismatch',
  'unintended_active_passive',
  'best_path_shift',
])

/** Returns the failover and best_path_shift events that moved traffic of another circuit to this circuit. */
const arrivals: Reasons = ({ topology }, { event }, lives) => [
  lives.filter(
    ({ event: other, peersBefore = [], peersAfter = [] }) =>
      (other.kind === 'failover' || other.kind === 'best_path_shift') &&
      canExplainRouteChange(other, event.started) &&
      topology.mappings.some(
        ({ circuit, neighbor }) =>
          circuit === event.scope && peersAfter.includes(neighbor) && !peersBefore.includes(neighbor),
      ),
  ),
]

/** Returns the connections of hubs whose routes a route map drops, among the losses of the peers of an event. */
const filteredConnections: Reasons = (context, live, lives) =>
  lossesOfPeers(context, live, lives).map((each) => each.filter(({ emptiedBy }) => emptiedBy === 'filtered'))

const reasons: Partial<Record<EventKind, Reasons>> = {
  failover: lossesOfPeers,
  best_path_shift: filteredConnections,
  no_path: lossesOfPeers,
  default_route_disappeared: lossesOfPeers,
  ecmp_reduced: (context, live, lives) => {
    const losses = lossesOfPeers(context, live, lives)
    return losses.some((each) => each.length > 0) ? losses : policiesOf(differences)(context, live, lives)
  },
  site_state_changed: movesOfSpace,
  redundancy_lost: lossesOfPeering,
  peer_lost: lossesOfSession,
  session_down: lossesOfSession,
  session_flap: lossesOfSession,
  asymmetric_forwarding: policiesOf(preferences),
  bandwidth_high: arrivals,
}

function lossesOfPeer(context: DetectionContext, live: LiveEvent, peer: string): LiveEvent[] {
  return findGatewaysOfPeer(context, live, peer).flatMap((gateway) =>
    findNeighborPathLosses(context, formatGatewayNeighbor({ gateway, neighbor: peer }), live.event.started),
  )
}

import { haveCircuitsDisjointLocations } from '#lib/contract/facts/resiliency.ts'
import {
  type DetectedEvent,
  type EventKind,
  getIncidentRoleOfEventKind,
  isPollFailureKind,
} from '#lib/contract/index.ts'
import { gatewayInstanceEventKinds, parseSubjectNeighbor } from '../../model/subject.ts'
import { isPhysicalMac } from './mac-address.ts'
import type { DetectionContext } from '../../model/context.ts'
import { isSessionInsideGateway } from '../facts/gateway-sessions.ts'
import { findRemovalsOfLeftNeighbors } from '../facts/neighbor-claims.ts'
import {
  findGatewayOfHubRow,
  findHubConnectionCircuit,
  isVirtualWanHubScope,
  listCircuitsOfHubGateway,
  parseHubRowConnection,
  type GroupTopology,
} from '../../model/topology.ts'
import type { LiveEvent } from '../../model/scope-state.ts'

/**
 * Returns the elements that an event is about: circuits, hubs, and neighbors that belong to no circuit. If removals of
 * resources took away all neighbors that the best paths have left, the elements are these removals instead. The
 * elements of a removal event are the removal, its resource, and the circuits and gateways that lost neighbors by it.
 * Null if the event may be about any resource of its group, for example because it is about a whole gateway, about
 * Peerwatch itself, or about a neighbor whose circuit is unknown.
 */
function elementsOf(context: DetectionContext, live: LiveEvent): Set<string> | null {
  const { topology, scopes } = context
  const { event, peersBefore = [] } = live
  // An event about a hub connection concerns the circuit behind the connection and the hub's gateway.
  const behindHub = findHubConnectionCircuit(topology, event)
  if (behindHub !== null) return new Set([behindHub, `hub ${event.scope}`])
  if (event.kind === 'hub_connection_emptied') return new Set([event.scope])
  if (event.kind === GLOBAL_REACH) return new Set([event.scope, ...findOtherCircuitOfGlobalReach(topology, event)])
  const overHub = peersBefore.flatMap((peer) => {
    const gateway = findGatewayOfHubRow(topology, live.table ?? event.scope, peer)
    if (gateway === null) return []
    return [gateway, `hub ${gateway}`, ...listCircuitsOfHubGateway(topology, gateway, parseHubRowConnection(peer))]
  })
  if (overHub.length > 0) return new Set(overHub)
  const isCircuit = topology.circuits.some(({ scope }) => scope === event.scope)
  if (event.kind === 'resource_removed')
    return new Set([event.scope, `removal ${event.key}`, ...(scopes[event.scope]?.heirs ?? [])])
  // After a removal, the topology no longer knows to which circuit the former neighbors belonged.
  const removals = isCircuit ? [] : findRemovalsOfLeftNeighbors(context, live)
  if (removals.length > 0) return new Set(removals.map((key) => `removal ${key}`))
  if (event.kind === 'no_path' && !isCircuit) return circuitsOfLostPaths(context, live)
  if (!isCircuit && failureDomainOf(event) !== 'neighbor') return null
  const peers = isCircuit ? peersBefore : [parseSubjectNeighbor(event.subject)]
  const behind = peers.map((peer) => topology.mappings.find(({ neighbor }) => neighbor === peer)?.circuit ?? null)
  const isUnknown = behind.includes(null) && topology.gateways.some(({ circuits }) => circuits.length > 0)
  if (!isCircuit && isUnknown && !isVpn(topology, event.scope)) return null
  const own = behind.map((circuit, n) => circuit ?? `peer ${peers[n]}`)
  return new Set(isCircuit ? [event.scope, ...own] : own)
}

/**
 * Returns the circuits that carried the routes of a gateway's outage; null if they are not known. Sites that lost their
 * last paths at one gateway over different circuits have different faults, unless these circuits have one in common.
 */
function circuitsOfLostPaths(
  { topology }: DetectionContext,
  { event, peersBefore = [] }: LiveEvent,
): Set<string> | null {
  const circuits = peersBefore.map(
    (peer) =>
      topology.mappings.find(({ gateway, neighbor }) => gateway === event.scope && neighbor === peer)?.circuit ?? null,
  )
  const known = circuits.filter((circuit) => circuit !== null)
  return known.length > 0 && known.length === circuits.length ? new Set(known) : null
}

/**
 * Kinds of events that report a deliberate change of a single resource. Such a change explains only events of that
 * resource. It explains no event of another resource at the same location or of the same provider.
 */
const ACTS_ON_ONE: ReadonlySet<EventKind> = new Set(['resource_removed', 'peering_disabled', 'provider_state_changed'])

const GLOBAL_REACH: EventKind = 'global_reach_disconnected'

/** Returns the circuit at the other end of an event's Global Reach connection; empty if it is unknown. */
const findOtherCircuitOfGlobalReach = ({ circuits }: GroupTopology, { scope, subject }: DetectedEvent): string[] => {
  const other = circuits.find((circuit) => circuit.scope === scope)?.reach?.[subject]
  return other === undefined ? [] : [other]
}

const failureDomainOf = ({ kind }: DetectedEvent) => getIncidentRoleOfEventKind(kind)?.failureDomain

const isVpn = ({ gateways }: DetectionContext['topology'], scope: string) =>
  gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')

/**
 * Reports whether two events may have the same reason, judged only by the resources that they concern
 * (docs/rules/detection.md 7). One of these conditions must be met:
 * - They concern the same circuit or neighbor.
 * - They concern circuits with a common provider, location or customer router, and both or neither are about Global
 *   Reach.
 * - One event may concern any resource of the group, and neither is about Global Reach.
 * Whether an element such as a provider really failed is decided by other functions, from the symptoms.
 */
export function canShareFailureDomain(context: DetectionContext, a: LiveEvent, b: LiveEvent): boolean {
  if (areAboutSameElement(context, a, b)) return true
  if (isOfHubs(context, a, b)) return false
  // A deliberate change affects only its own resource.
  if ([a, b].some(({ event: { kind } }) => ACTS_ON_ONE.has(kind))) return false
  // A larger element (such as a provider) ends Global Reach only together with paths of one of its two circuits, and
  // the events of these paths are about the same circuit. Two Global Reach connections may fail at a common location.
  if ((a.event.kind === GLOBAL_REACH) !== (b.event.kind === GLOBAL_REACH)) return false
  if (isOfVpnOnly(context, a, b)) return false
  const [one, other] = [elementsOf(context, a), elementsOf(context, b)]
  if (!one || !other || [a, b].some(({ event }) => failureDomainOf(event) === 'any')) return true
  return [...one].some((x) => [...other].some((y) => haveInCommon(context, x, y)))
}

/**
 * Reports whether one event is about a VPN gateway or its connection, and the other event about another gateway or a
 * circuit. The two resources have nothing in common, except that the polls of both may fail.
 */
function isOfVpnOnly({ topology }: DetectionContext, ...lives: [LiveEvent, LiveEvent]): boolean {
  if (lives.some(({ event }) => isPollFailureKind(event.kind))) return false
  const [one, other] = lives.map(({ event: { scope } }) => {
    const through = topology.connections?.find((connection) => connection.scope === scope)?.gateway ?? scope
    return [...topology.gateways, ...topology.circuits].find((known) => known.scope === through)
  })
  if (!one || !other || one === other) return false
  return [one, other].some(({ scope }) => isVpn(topology, scope))
}

/**
 * Reports whether two events are about the same circuit, neighbor, removal or resource. No larger element (such as a
 * provider) is then needed to explain the two events.
 */
export function areAboutSameElement(context: DetectionContext, a: LiveEvent, b: LiveEvent): boolean {
  if (isOutageNextToInstance(context, a, b) || isOutageNextToInstance(context, b, a)) return false
  if (isRemovalNextToInstance(context, a, b) || isRemovalNextToInstance(context, b, a)) return false
  const [one, other] = [elementsOf(context, a), elementsOf(context, b)]
  const isOutage = [a, b].some(({ event }) => event.kind === 'no_path')
  // A fault of the whole gateway explains the outages at this gateway.
  if (isOutage && a.event.scope === b.event.scope && (!one || !other)) return true
  return areAboutOne(one ?? new Set([a.event.scope]), other ?? new Set([b.event.scope]))
}

/**
 * Reports whether one event is about lost routes of a gateway, and the other about a single instance of this gateway.
 * The other instances have the same neighbors, so both events have one reason only if a common element explains them.
 */
const isOutageNextToInstance = (context: DetectionContext, { event: outage }: LiveEvent, { event }: LiveEvent) =>
  outage.kind === 'no_path' && outage.scope === event.scope && isAboutInstance(context, event)

/**
 * Reports whether one event is the removal of a circuit or connection, and the other is about a single instance of a
 * gateway. A removal takes neighbors away from all instances, so it is not the reason for the loss of one instance.
 */
const isRemovalNextToInstance = (context: DetectionContext, { event: removal, act }: LiveEvent, { event }: LiveEvent) =>
  removal.kind === 'resource_removed' &&
  (removal.scope !== event.scope || act === 'hub connection removed') &&
  isAboutInstance(context, event)

/** Reports whether an event is about a single instance of a gateway, or about a session between two instances. */
function isAboutInstance(context: DetectionContext, { kind, scope, subject }: DetectedEvent): boolean {
  if (gatewayInstanceEventKinds.has(kind)) return true
  const neighbor = parseSubjectNeighbor(subject)
  return Object.values(context.scopes[scope]?.sessions ?? {}).some(
    (session) => session.neighbor === neighbor && isSessionInsideGateway(context, scope, session),
  )
}

/**
 * Reports whether any of the events is about a hub, or about a hub's connection to a circuit. Such an event can only
 * have the same reason as another event of the same circuit or hub.
 */
const isOfHubs = ({ topology }: DetectionContext, ...lives: LiveEvent[]): boolean =>
  lives.some(({ event }) => findHubConnectionCircuit(topology, event) !== null || isOutageOfHub(topology, event))

const isOutageOfHub = (topology: GroupTopology, { kind, scope }: DetectedEvent) =>
  kind === 'no_path' && isVirtualWanHubScope(topology, scope)

const areAboutOne = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  [...one].some((element) => other.has(element))

function haveInCommon(context: DetectionContext, a: string, b: string): boolean {
  const { topology } = context
  const [one, other] = [a, b].map((wanted) => topology.circuits.find(({ scope }) => scope === wanted))
  if (!one || !other) return false
  const [own, others] = [one, other].map(({ location }) => ({ peeringLocation: location, resiliencyLevel: null }))
  if (own && others && haveCircuitsDisjointLocations(own, others) === false) return true
  if (one.provider !== null && one.provider === other.provider) return true
  const customers = [one, other].map(
    ({ peerings }) => new Set(peerings.flatMap((peering) => Object.values(peering.customers))),
  )
  const routers = topology.sites.flatMap(({ routers: declared }) => Object.values(declared))
  return (
    routers.some((addresses) => customers.every((own) => addresses.some((address) => own.has(address)))) ||
    macsOf(context, a).some((mac) => macsOf(context, b).includes(mac))
  )
}

/**
 * Returns the MAC addresses of the devices on which a circuit's paths end, without addresses that can move between
 * devices.
 */
const macsOf = ({ scopes }: DetectionContext, circuit: string) =>
  Object.values(scopes[circuit]?.arp ?? {}).flatMap(({ mac }) => (mac && isPhysicalMac(mac) ? [mac] : []))

import { type EpochMs, type EventKind, filterEventKinds, type PollKind } from '#lib/contract/index.ts'
import { gatewayInstanceEventKinds, parseSubjectNeighbor, formatSessionSubject } from '../../../model/subject.ts'
import { isSourceReadSince } from '../../facts/last-answer.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { LiveEvent, SessionFact } from '../../../model/scope-state.ts'
import { findPathOfCustomerAddress, PRIVATE_PEERING } from '../../../model/topology.ts'
import { listFailureElements, formatPathFailureUnit, formatSessionFailureUnit } from './failure-elements.ts'
import { type FailureUnit, findSmallestFailedElement } from './smallest-root.ts'

/**
 * Returns the circuit paths and gateway sessions that failed according to an event. Empty if the event is about
 * something else, for example bytes, polls or an unknown neighbor.
 */
export function findFailedUnits(context: DetectionContext, live: LiveEvent): FailureUnit[] {
  if (live.peersBefore)
    return findLostCircuitPaths(context, live).map(({ circuit, subresource }) =>
      formatPathFailureUnit(circuit, subresource),
    )
  const { event } = live
  const { kind, scope, subject } = event
  const circuit = context.topology.circuits.find((known) => known.scope === scope)
  if (kind === 'path_down' && circuit) return [formatPathFailureUnit(scope, subject)]
  if (kind === 'circuit_down' && circuit) {
    const peering = circuit.peerings.find(({ name }) => name === subject)
    const paths = Object.entries(peering?.customers ?? {}).filter(([, customer]) => customer !== null)
    return paths.map(([path]) => formatPathFailureUnit(scope, `${subject}/${path}`))
  }
  if (circuit) return ofSessions.has(kind) ? customerLeaf(context, scope, parseSubjectNeighbor(subject)) : []
  const own = Object.values(context.scopes[scope]?.sessions ?? {}).filter(({ subresource }) => subresource === '')
  return own
    .filter((session) => isHit(kind, subject, session))
    .map((session) => formatSessionFailureUnit(scope, session))
}

/** Returns the circuit paths that carried an event's prefixes before the event and do not carry them after it. */
export function findLostCircuitPaths(
  { topology }: DetectionContext,
  { event, peersBefore = [], peersAfter = [] }: LiveEvent,
) {
  const lost = peersBefore.filter((peer) => !peersAfter.includes(peer))
  return topology.mappings.flatMap(({ gateway, neighbor, circuit, path }) => {
    const isAsked = lost.includes(neighbor) && (event.scope === circuit || event.scope === gateway)
    return isAsked ? [{ circuit, subresource: `${PRIVATE_PEERING}/${path}` }] : []
  })
}

/** Kinds of events that show the failure of a session itself. */
const ofSessions = filterEventKinds(({ subject, incident }) => subject === 'session' && incident !== 'aside')

function customerLeaf({ topology }: DetectionContext, scope: string, neighbor: string): FailureUnit[] {
  const peerings = topology.circuits.find((circuit) => circuit.scope === scope)?.peerings ?? []
  return peerings.flatMap((peering) => {
    const path = findPathOfCustomerAddress(peering, neighbor)
    return path === null ? [] : [formatPathFailureUnit(scope, `${peering.name}/${path}`)]
  })
}

function isHit(kind: EventKind, subject: string, session: SessionFact): boolean {
  const { localAddress, neighbor } = session
  if (kind === 'gateway_isolated') return true
  if (kind === 'peer_lost') return neighbor === subject
  if (gatewayInstanceEventKinds.has(kind)) return localAddress === subject
  return ofSessions.has(kind) && subject === formatSessionSubject(session)
}

/**
 * Reports whether the failure of a single element (for example a circuit, router or location) can explain an event
 * together with other events (docs/rules/detection.md 7). The element must explain at least one symptom of the event
 * and one of the others, because a large element, such as a gateway instance with many sessions, explains enough of all
 * symptoms even if the event is about another resource. A path or session that a poll shows as healthy rules out every
 * element whose failure would have taken it down. If the events show no failed path or session, the result is true.
 */
export function canBeSingleFault(context: DetectionContext, others: readonly LiveEvent[], live: LiveEvent): boolean {
  const { symptoms, healthy } = splitFailedAndHealthyUnits(context, [...others, live])
  if (symptoms.size === 0) return true
  const sides = [others, [live]]
    .map((side) => side.flatMap((one) => findFailedUnits(context, one)))
    .filter((units) => units.length > 0)
  const elements = listFailureElements(context).filter(({ leaves }) =>
    sides.every((units) => units.some((unit) => leaves.has(unit))),
  )
  return findSmallestFailedElement(elements, symptoms, healthy, context.settings['incident.explains']) !== null
}

/**
 * Returns the paths and sessions that failed according to the given events (`symptoms`), and the paths and sessions
 * that a later poll showed as up (`healthy`).
 */
export function splitFailedAndHealthyUnits(
  context: DetectionContext,
  lives: readonly LiveEvent[],
): { symptoms: ReadonlySet<FailureUnit>; healthy: ReadonlySet<FailureUnit> } {
  const reported = lives.filter((live) => findFailedUnits(context, live).length > 0)
  const symptoms = new Set(reported.flatMap((live) => findFailedUnits(context, live)))
  // The element failed before its first symptom was polled, and the symptom on another path may be polled a little
  // later.
  const since = Math.min(...reported.map(({ event }) => event.started.latest)) + context.settings['burst.slack']
  return { symptoms, healthy: new Set(healthySince(context, since).filter((leaf) => !symptoms.has(leaf))) }
}

/**
 * Returns the leaves (circuit paths and gateway sessions) that are up according to a good sample that was read since
 * the given time.
 */
function healthySince(context: DetectionContext, since: EpochMs): FailureUnit[] {
  const { topology, scopes } = context
  const isFresh = (scope: string, subresource: string, kind: PollKind) =>
    isSourceReadSince(context, { scope, subresource, kind }, since)
  const paths = topology.circuits.flatMap(({ scope, peerings }) =>
    Object.values(scopes[scope]?.sessions ?? {}).flatMap(({ subresource, neighbor, level }) => {
      const isCustomer = peerings.some((peering) => findPathOfCustomerAddress(peering, neighbor) !== null)
      return isCustomer && level === 'up' && isFresh(scope, subresource, 'summary')
        ? [formatPathFailureUnit(scope, subresource)]
        : []
    }),
  )
  const sessions = topology.gateways.flatMap(({ scope }) =>
    Object.values(scopes[scope]?.sessions ?? {}).flatMap((session) => {
      const isSilent = scopes[scope]?.silent[session.localAddress] !== undefined
      const isWell = session.subresource === '' && session.level === 'up' && !isSilent
      return isWell && isFresh(scope, '', 'peers') ? [formatSessionFailureUnit(scope, session)] : []
    }),
  )
  return [...paths, ...sessions]
}

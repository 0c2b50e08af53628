import { type TimestampBounds, circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { nameEvidence } from '../../../model/create-event.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../../model/event-key.ts'
import type { TrafficDirectionState, TrafficByDirection } from '../../../model/traffic.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import { closeEvent, updateEventByCondition } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  isEventOpen,
  listLiveEvents,
  findOpenEvent,
  WHOLE_ESTATE,
} from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { type CircuitNode, listTableScopes } from '../../../model/topology.ts'
import { isTrafficExpected, getUsableMeterFact, createTrafficRateEvidence } from '../../facts/traffic/path-traffic.ts'
import { ensureTrafficState } from '../../facts/traffic/traffic-state.ts'
import { areSessionsAndRoutesUnchanged } from './unchanged-state.ts'
import { limitContextToOwner, type OwningCustomerName, findResourceOwner } from '../../../model/event-owner.ts'

const KIND = 'traffic_low_everywhere'
/** Subject of events about all circuits of an estate or of a customer. */
const ALL = 'all circuits'

/**
 * Raises traffic_low_everywhere if all circuits carry little traffic while their routes are unchanged. This is more
 * likely a holiday than a fault of the circuits (docs/rules/detection.md 3.5). If customers are declared, the circuits
 * of each customer are evaluated separately, and the event belongs to the customer's first circuit.
 */
export function detectLowTrafficEverywhere(context: DetectionContext): LiveEvent[] {
  const whole = wholeOf(context)
  const views = ownersOf(whole).map((owner) => viewOf(whole, owner))
  endFormer(context, views)
  return views.flatMap((view) => lowOf(context, view) ?? [])
}

/**
 * Evaluates the circuits of one owner (customer) and raises or ends the event about them.
 * @param view the context, limited to the owner's circuits
 * @returns the event; null if there is none, or if this poll cannot decide
 */
function lowOf(context: DetectionContext, view: DetectionContext): LiveEvent | null {
  const all = meteredCircuits(view)
  const scope = scopeOfAll(context, view, all)
  if (scope === null || all.length < 2) return null
  const isLow = all.every(({ fact }) => directions(view, fact).every((one) => one.isLow))
  const isOver = all.some(({ fact }) => directions(view, fact).some((one) => !one.isLow && one.low === null))
  const begun = all.flatMap(({ fact }) => directions(view, fact).flatMap(({ low }) => low ?? []))
  const open = findOpenEvent(context, KIND, scope, ALL)
  if (!open && !(isLow && isTogether(view, begun) && routesStand(view, begun))) return null
  return updateEventByCondition(context, {
    kind: KIND,
    scope,
    subject: ALL,
    holds: isLow ? true : isOver ? false : null,
    // Traffic has been low on all circuits since it became low on the last of them.
    since: isLow ? computeLatestBeginBounds(begun) : sinceLastPoll(context),
    severity: 'info',
    evidence: all.flatMap(({ circuit, fact }) =>
      nameEvidence(circuit.name, createTrafficRateEvidence(view, circuit.scope, fact)),
    ),
  })
}

/**
 * Ends events about sets of circuits that are no longer evaluated together. The sets change when customers are
 * declared.
 */
function endFormer(context: DetectionContext, views: readonly DetectionContext[]): void {
  const { owners, circuits } = context.topology
  const firsts = views.map(firstCircuitOf)
  const isFormer = (scope: string) =>
    owners ? !firsts.includes(scope) : circuits.some((circuit) => circuit.scope === scope)
  for (const live of listLiveEvents(context))
    if (isEventOpen(live) && live.event.kind === KIND && isFormer(live.event.scope))
      closeEvent(live, sinceLastPoll(context))
}

const sinceLastPoll = ({ mark }: DetectionContext): TimestampBounds => ({
  earliest: mark.previousOkAt ?? mark.startedAt,
  latest: mark.finishedAt,
})

/**
 * Reports whether the traffic of all circuits of the owner (customer) fell at the same time, including this circuit. In
 * this case the circuit has no fault of its own. Counters of different circuits are polled at different times. If the
 * traffic of another circuit has already returned, that circuit still counts as low until this circuit's next counters
 * are polled.
 */
export function hasTrafficFallenEverywhere(context: DetectionContext, circuit: CircuitNode): boolean {
  const whole = wholeOf(context)
  const { owners } = whole.topology
  const view = owners ? viewOf(whole, findResourceOwner(owners, circuit.scope)) : whole
  const all = meteredCircuits(view)
  if (all.length < 2 || !all.some((one) => one.circuit.scope === circuit.scope)) return false
  const { at } = ensureTrafficState(view, circuit.scope)
  const isLowEverywhere = all.every((one) =>
    trafficDirections.every(
      (direction) =>
        !isTrafficExpected(view, one.fact, direction) ||
        one.fact[direction].low !== null ||
        (one.circuit.scope !== circuit.scope && wasLowAt(view, one, direction, at)),
    ),
  )
  if (!isLowEverywhere) return false
  const bounds = all.flatMap(({ fact }) => directions(view, fact).flatMap(({ low }) => low ?? []))
  return isTogether(view, bounds) && routesStand(view, bounds)
}

/** Reports whether a circuit's traffic was low in the last pair of samples that ended at or before the given time. */
function wasLowAt(
  context: DetectionContext,
  { circuit, fact }: MeteredCircuit,
  direction: TrafficDirection,
  at: EpochMs,
): boolean {
  const { pairs = {} } = ensureTrafficState(context, circuit.scope).fact ?? {}
  const rates = circuitPaths.flatMap((path) => pairs[path]?.findLast(({ latest }) => latest <= at)?.[direction] ?? [])
  const expected = fact[direction].expected?.bps ?? 0
  const sum = rates.reduce((total, bps) => total + bps, 0)
  return rates.length > 0 && sum < context.settings['traffic.low.share'] * expected
}

/**
 * Returns a context with the circuits and gateways of all groups. It is only for reading, because changes of other
 * groups are not saved.
 */
function wholeOf(context: DetectionContext): DetectionContext {
  const { otherGroups, topology, scopes } = context
  if (!otherGroups) return context
  return {
    ...context,
    topology: {
      ...topology,
      circuits: [...topology.circuits, ...otherGroups.topology.circuits],
      gateways: [...topology.gateways, ...otherGroups.topology.gateways],
    },
    scopes: { ...otherGroups.scopes, ...scopes },
  }
}

/**
 * Returns the owners (customers) of the circuits, each once; [null] if no customers are declared, so that all circuits
 * have one owner.
 */
const ownersOf = ({ topology: { owners, circuits } }: DetectionContext): (OwningCustomerName | null)[] =>
  owners ? [...new Set(circuits.map(({ scope }) => findResourceOwner(owners, scope)))] : [null]

/** Returns a context limited to the circuits of one owner (customer) and the gateways to which they are connected. */
function viewOf(whole: DetectionContext, owner: OwningCustomerName | null): DetectionContext {
  if (owner === null) return whole
  const view = limitContextToOwner(whole, owner)
  const circuits = new Set(view.topology.circuits.map(({ scope }) => scope))
  const gateways = view.topology.gateways.filter((gateway) => gateway.circuits.some((scope) => circuits.has(scope)))
  return { ...view, topology: { ...view.topology, gateways } }
}

const firstCircuitOf = ({ topology }: DetectionContext): string | undefined =>
  topology.circuits.map(({ scope }) => scope).toSorted()[0]

/**
 * Returns the scope of the event; null if another poll must report it.
 * If customers are declared, the scope is the customer's first circuit, and a poll of that circuit's group reports the
 * event. Without customers, it is the group's first gateway or hub if all circuits are in one group. Otherwise it is
 * the whole estate (all monitored resources), if this poll evaluates the estate. In this case a circuit is never used,
 * because `endFormer` would end an event of a single circuit.
 */
function scopeOfAll(
  context: DetectionContext,
  view: DetectionContext,
  all: readonly { circuit: CircuitNode }[],
): string | null {
  const { topology, scopes } = context
  const own = new Set(topology.circuits.map(({ scope }) => scope))
  if (topology.owners) {
    const first = firstCircuitOf(view)
    return first !== undefined && own.has(first) ? first : null
  }
  if (all.some(({ circuit }) => !own.has(circuit.scope))) return scopes[WHOLE_ESTATE] ? WHOLE_ESTATE : null
  return listTableScopes(topology)[0] ?? topology.hubConnections?.[0]?.gateway ?? null
}

/** A circuit with the traffic of both paths together. */
interface MeteredCircuit {
  circuit: CircuitNode
  fact: TrafficByDirection
}

/** Returns the circuits with known traffic for which traffic is expected at this hour of the week. */
function meteredCircuits(context: DetectionContext): MeteredCircuit[] {
  return context.topology.circuits.flatMap((circuit) => {
    const fact = getUsableMeterFact(context, circuit, 'sum')
    return fact && directions(context, fact).length > 0 ? [{ circuit, fact }] : []
  })
}

const directions = (context: DetectionContext, fact: TrafficByDirection): TrafficDirectionState[] =>
  trafficDirections
    .filter((direction) => isTrafficExpected(context, fact, direction))
    .map((direction) => fact[direction])

/**
 * Reports whether all of these times are close together: at most two poll intervals apart, or two times the setting
 * `burst.slack` if that is longer.
 */
function isTogether({ everyMs, settings }: DetectionContext, begun: readonly TimestampBounds[]): boolean {
  if (begun.length === 0) return false
  const all = computeLatestBeginBounds(begun)
  const any = computeEarliestBeginBounds(begun)
  return all.earliest - any.latest <= 2 * Math.max(everyMs, settings['burst.slack'])
}

/**
 * Reports whether sessions and routes of all circuits and gateways are unchanged since shortly before the first of
 * these times.
 */
function routesStand(context: DetectionContext, begun: readonly TimestampBounds[]): boolean {
  const { circuits, gateways } = context.topology
  return areSessionsAndRoutesUnchanged(
    context,
    [...circuits, ...gateways].map(({ scope }) => scope),
    computeEarliestBeginBounds(begun).earliest,
  )
}

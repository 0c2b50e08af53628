import { type Bounds, type Evidence } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../../../model/event-key.ts'
import type { DirectionFact, MeterFact } from '../../../model/traffic.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { end, reconcile } from '../../../model/condition.ts'
import { type FoldContext, isOpen, liveEvents, openEvent, WHOLE_ESTATE } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import { isExpected, meterOf, rateEvidence } from '../../facts/traffic/path-traffic.ts'
import { areUnchangedSince } from './still.ts'
import { contextOfOwner, type OwnerName, ownerOfScope } from '../../../model/owner.ts'

const KIND = 'traffic_low_everywhere'
/** Subject of what is about all circuits of an estate, or of a customer. */
const ALL = 'all circuits'

/**
 * All circuits carry little while routes are as they were: a holiday, and no fault of any of them (docs/rules/detection.md 3.5). With
 * declared customers it is all circuits of each, and an event of the first of them.
 */
export function lowEverywhere(context: FoldContext): LiveEvent[] {
  const whole = wholeOf(context)
  const views = ownersOf(whole).map((owner) => viewOf(whole, owner))
  endFormer(context, views)
  return views.flatMap((view) => lowOf(context, view) ?? [])
}

/**
 * @param view what one owner has
 * @returns null = all is well, or it is not this poll's to report
 */
function lowOf(context: FoldContext, view: FoldContext): LiveEvent | null {
  const all = meteredCircuits(view)
  const scope = scopeOfAll(context, view, all)
  if (scope === null || all.length < 2) return null
  const isLow = all.every(({ fact }) => directions(view, fact).every((one) => one.isLow))
  const isOver = all.some(({ fact }) => directions(view, fact).some((one) => !one.isLow && one.low === null))
  const begun = all.flatMap(({ fact }) => directions(view, fact).flatMap(({ low }) => low ?? []))
  const open = openEvent(context, KIND, scope, ALL)
  if (!open && !(isLow && isTogether(view, begun) && routesStand(view, begun))) return null
  return reconcile(context, {
    kind: KIND,
    scope,
    subject: ALL,
    holds: isLow ? true : isOver ? false : null,
    // everywhere = from the last one that fell
    since: isLow ? sinceAll(begun) : sinceLastPoll(context),
    severity: 'info',
    evidence: all.flatMap(({ circuit, fact }): Evidence[] =>
      rateEvidence(view, circuit.scope, fact).map((item) => ({ ...item, field: `${circuit.name} ${item.field}` })),
    ),
  })
}

/** Declared customers change what is one whole: what was reported of another one is over. */
function endFormer(context: FoldContext, views: readonly FoldContext[]): void {
  const { owners, circuits } = context.topology
  const firsts = views.map(firstCircuitOf)
  const isFormer = (scope: string) =>
    owners ? !firsts.includes(scope) : circuits.some((circuit) => circuit.scope === scope)
  for (const live of liveEvents(context))
    if (isOpen(live) && live.event.kind === KIND && isFormer(live.event.scope)) end(live, sinceLastPoll(context))
}

const sinceLastPoll = ({ mark }: FoldContext): Bounds => ({
  earliest: mark.previousOkAt ?? mark.startedAt,
  latest: mark.finishedAt,
})

/** Whether the others fell with this circuit: what follows from that is no fault of its own. */
export function fallsEverywhere(context: FoldContext, circuit: CircuitNode): boolean {
  const whole = wholeOf(context)
  const { owners } = whole.topology
  const view = owners ? viewOf(whole, ownerOfScope(owners, circuit.scope)) : whole
  const all = meteredCircuits(view)
  if (all.length < 2 || !all.some((one) => one.circuit.scope === circuit.scope)) return false
  const begun = all.map(({ fact }) => directions(view, fact).map(({ low }) => low))
  if (begun.some((own) => own.some((low) => low === null))) return false
  const bounds = begun.flat().flatMap((low) => low ?? [])
  return isTogether(view, bounds) && routesStand(view, bounds)
}

/** The estate with all its groups, to be read: what is written into it is lost. */
function wholeOf(context: FoldContext): FoldContext {
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

/** Each owner of a circuit; without declared customers everything is one owner's. */
const ownersOf = ({ topology: { owners, circuits } }: FoldContext): (OwnerName | null)[] =>
  owners ? [...new Set(circuits.map(({ scope }) => ownerOfScope(owners, scope)))] : [null]

/** The estate of one owner: his circuits, and the gateways that they land on. */
function viewOf(whole: FoldContext, owner: OwnerName | null): FoldContext {
  if (owner === null) return whole
  const view = contextOfOwner(whole, owner)
  const circuits = new Set(view.topology.circuits.map(({ scope }) => scope))
  const gateways = view.topology.gateways.filter((gateway) => gateway.circuits.some((scope) => circuits.has(scope)))
  return { ...view, topology: { ...view.topology, gateways } }
}

const firstCircuitOf = ({ topology }: FoldContext): string | undefined =>
  topology.circuits.map(({ scope }) => scope).toSorted()[0]

/**
 * Of one group its first gateway; of several, none of them, as far as this poll has the estate for itself. A gateway may be another
 * customer's: of a customer it is his first circuit, as far as that is of this group.
 */
function scopeOfAll(context: FoldContext, view: FoldContext, all: readonly { circuit: CircuitNode }[]): string | null {
  const { topology, scopes } = context
  const own = new Set(topology.circuits.map(({ scope }) => scope))
  if (topology.owners) {
    const first = firstCircuitOf(view)
    return first !== undefined && own.has(first) ? first : null
  }
  if (all.some(({ circuit }) => !own.has(circuit.scope))) return scopes[WHOLE_ESTATE] ? WHOLE_ESTATE : null
  return topology.gateways[0]?.scope ?? all[0]?.circuit.scope ?? null
}

/** Circuits of which something is expected at this hour. */
function meteredCircuits(context: FoldContext): { circuit: CircuitNode; fact: MeterFact }[] {
  return context.topology.circuits.flatMap((circuit) => {
    const fact = meterOf(context, circuit, 'sum')
    return fact && directions(context, fact).length > 0 ? [{ circuit, fact }] : []
  })
}

const directions = (context: FoldContext, fact: MeterFact): DirectionFact[] =>
  trafficDirections.filter((direction) => isExpected(context, fact, direction)).map((direction) => fact[direction])

/** Whether all began within two polls of each other. */
function isTogether({ everyMs, settings }: FoldContext, begun: readonly Bounds[]): boolean {
  if (begun.length === 0) return false
  const all = sinceAll(begun)
  const any = sinceAny(begun)
  return all.earliest - any.latest <= 2 * Math.max(everyMs, settings['burst.slack'])
}

/** Whether neither a session nor a route of them moved since shortly before. */
function routesStand(context: FoldContext, begun: readonly Bounds[]): boolean {
  const { circuits, gateways } = context.topology
  return areUnchangedSince(
    context,
    [...circuits, ...gateways].map(({ scope }) => scope),
    sinceAny(begun).earliest,
  )
}

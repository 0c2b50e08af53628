import { type Bounds, type Evidence } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../../../model/event-key.ts'
import type { DirectionFact, MeterFact } from '../../../model/traffic.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { reconcile } from '../../../model/condition.ts'
import { type FoldContext, openEvent, WHOLE_ESTATE } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import { isExpected, meterOf, rateEvidence } from '../../facts/traffic/path-traffic.ts'
import { standStill } from './still.ts'
import { haveSeveralOwners } from '../../../model/owner.ts'

/** Subject of what is about all circuits of an estate. */
const ALL = 'all circuits'

/** All circuits carry little while routes are as they were: a holiday, and no fault of any of them (docs/rules/detection.md 3.5). */
export function lowEverywhere(context: FoldContext): LiveEvent | null {
  const view = wholeOf(context)
  const all = meteredCircuits(view)
  const scope = scopeOfAll(context, all)
  // of the whole estate it is reported by polls that have it for themselves
  if (scope === null || all.length < 2 || (scope === WHOLE_ESTATE && !context.scopes[scope])) return null
  const isLow = all.every(({ fact }) => directions(view, fact).every((one) => one.isLow))
  const isOver = all.some(({ fact }) => directions(view, fact).some((one) => !one.isLow && one.low === null))
  const begun = all.flatMap(({ fact }) => directions(view, fact).flatMap(({ low }) => low ?? []))
  const open = openEvent(context, 'traffic_low_everywhere', scope, ALL)
  if (!open && !(isLow && isTogether(view, begun) && routesStand(view, begun))) return null
  const now = { earliest: context.mark.previousOkAt ?? context.mark.startedAt, latest: context.mark.finishedAt }
  return reconcile(context, {
    kind: 'traffic_low_everywhere',
    scope,
    subject: ALL,
    holds: isLow ? true : isOver ? false : null,
    // everywhere = from the last one that fell
    since: isLow ? sinceAll(begun) : now,
    severity: 'info',
    evidence: all.flatMap(({ circuit, fact }): Evidence[] =>
      rateEvidence(view, circuit.scope, fact).map((item) => ({ ...item, field: `${circuit.name} ${item.field}` })),
    ),
  })
}

/** Whether the others fell with this circuit: what follows from that is no fault of its own. */
export function fallsEverywhere(context: FoldContext, circuit: CircuitNode): boolean {
  const view = wholeOf(context)
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

/** Of one group its first gateway; of several, none of them. */
function scopeOfAll({ topology }: FoldContext, all: readonly { circuit: CircuitNode }[]): string | null {
  const own = new Set(topology.circuits.map(({ scope }) => scope))
  const scopes = all.map(({ circuit }) => circuit.scope)
  if (scopes.some((scope) => !own.has(scope)) || haveSeveralOwners(topology, scopes)) return WHOLE_ESTATE
  return topology.gateways[0]?.scope ?? all[0]?.circuit.scope ?? null
}

/** Circuits of which something is expected at this hour. */
function meteredCircuits(context: FoldContext): { circuit: CircuitNode; fact: MeterFact }[] {
  return context.topology.circuits.flatMap((circuit) => {
    const fact = meterOf(context, circuit.scope, 'sum')
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
  return standStill(
    context,
    [...circuits, ...gateways].map(({ scope }) => scope),
    sinceAny(begun).earliest,
  )
}

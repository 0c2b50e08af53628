import { type Bounds, type Evidence } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../../event-key.ts'
import { type DirectionFact, type MeterFact, trafficDirections } from '../../fold/index.ts'
import { reconcile } from '../condition.ts'
import { type Estate, openEvent, WHOLE_ESTATE } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import type { CircuitNode } from '../topology.ts'
import { isExpected, meterOf, rateEvidence } from './path-traffic.ts'
import { standStill } from './still.ts'

/** Subject of what is about all circuits of an estate. */
const ALL = 'all circuits'

/** All circuits carry little while routes are as they were: a holiday, and no fault of any of them (detection.md 3.5). */
export function lowEverywhere(estate: Estate): LiveEvent | null {
  const view = wholeOf(estate)
  const all = meteredCircuits(view)
  const scope = scopeOfAll(estate, all)
  // of the whole estate it is told by polls that have it for themselves
  if (scope === null || all.length < 2 || (scope === WHOLE_ESTATE && !estate.scopes[scope])) return null
  const isLow = all.every(({ fact }) => directions(view, fact).every((one) => one.isLow))
  const isOver = all.some(({ fact }) => directions(view, fact).some((one) => !one.isLow && one.low === null))
  const begun = all.flatMap(({ fact }) => directions(view, fact).flatMap(({ low }) => low ?? []))
  const open = openEvent(estate, 'traffic_low_everywhere', scope, ALL)
  if (!open && !(isLow && isTogether(view, begun) && routesStand(view, begun))) return null
  const now = { earliest: estate.mark.previousOkAt ?? estate.mark.startedAt, latest: estate.mark.finishedAt }
  return reconcile(estate, {
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
export function fallsEverywhere(estate: Estate, circuit: CircuitNode): boolean {
  const view = wholeOf(estate)
  const all = meteredCircuits(view)
  if (all.length < 2 || !all.some((one) => one.circuit.scope === circuit.scope)) return false
  const begun = all.map(({ fact }) => directions(view, fact).map(({ low }) => low))
  if (begun.some((own) => own.some((low) => low === null))) return false
  const bounds = begun.flat().flatMap((low) => low ?? [])
  return isTogether(view, bounds) && routesStand(view, bounds)
}

/** The estate with all its groups, to be read: what is written into it is lost. */
function wholeOf(estate: Estate): Estate {
  const { elsewhere, topology, scopes } = estate
  if (!elsewhere) return estate
  return {
    ...estate,
    topology: {
      ...topology,
      circuits: [...topology.circuits, ...elsewhere.topology.circuits],
      gateways: [...topology.gateways, ...elsewhere.topology.gateways],
    },
    scopes: { ...elsewhere.scopes, ...scopes },
  }
}

/** Of one group its first gateway; of several, none of them. */
function scopeOfAll({ topology }: Estate, all: readonly { circuit: CircuitNode }[]): string | null {
  const own = new Set(topology.circuits.map(({ scope }) => scope))
  if (all.some(({ circuit }) => !own.has(circuit.scope))) return WHOLE_ESTATE
  return topology.gateways[0]?.scope ?? all[0]?.circuit.scope ?? null
}

/** Circuits of which something is expected at this hour. */
function meteredCircuits(estate: Estate): { circuit: CircuitNode; fact: MeterFact }[] {
  return estate.topology.circuits.flatMap((circuit) => {
    const fact = meterOf(estate, circuit.scope, 'sum')
    return fact && directions(estate, fact).length > 0 ? [{ circuit, fact }] : []
  })
}

const directions = (estate: Estate, fact: MeterFact): DirectionFact[] =>
  trafficDirections.filter((direction) => isExpected(estate, fact, direction)).map((direction) => fact[direction])

/** Whether all began within two polls of each other. */
function isTogether({ everyMs, settings }: Estate, begun: readonly Bounds[]): boolean {
  if (begun.length === 0) return false
  const all = sinceAll(begun)
  const any = sinceAny(begun)
  return all.earliest - any.latest <= 2 * Math.max(everyMs, settings['burst.slack'])
}

/** Whether neither a session nor a route of them moved since shortly before. */
function routesStand(estate: Estate, begun: readonly Bounds[]): boolean {
  const { circuits, gateways } = estate.topology
  return standStill(
    estate,
    [...circuits, ...gateways].map(({ scope }) => scope),
    sinceAny(begun).earliest,
  )
}

import type { TimestampBounds, CircuitPath, Evidence, Severity } from '#lib/contract/index.ts'
import { nameEvidence } from '../../../model/create-event.ts'
import { computeEarliestBeginBounds } from '../../../model/event-key.ts'
import {
  computePrimaryShare,
  type AverageTrafficOfTimeWindow,
  type CircuitTrafficState,
} from '../../../model/traffic.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../../model/context.ts'
import { hasSeveralOwners } from '../../../model/event-owner.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { CircuitNode, CircuitPeeringNode } from '../../../model/topology.ts'
import { ensureTrafficState } from '../../facts/traffic/traffic-state.ts'
import { areSessionsAndRoutesUnchanged } from './unchanged-state.ts'

/**
 * Raises asymmetric_forwarding if inbound traffic is mostly on one path of a circuit and outbound traffic mostly on the
 * other path. Its severity is info unless a policy declares the circuit symmetric.
 */
export function detectAsymmetricPaths(
  context: DetectionContext,
  circuit: CircuitNode,
  { name }: CircuitPeeringNode,
): LiveEvent | null {
  const fact = ensureResourceState(context, circuit.scope).traffic?.fact
  if (!fact) return null
  const { asymmetric, evenAgain, shares } = fact
  const other: CircuitPath = asymmetric?.inPath === 'primary' ? 'secondary' : 'primary'
  const { mark } = context
  return updateEventByCondition(context, {
    kind: 'asymmetric_forwarding',
    scope: circuit.scope,
    subject: name,
    holds: asymmetric !== null,
    since: asymmetric?.since ?? evenAgain ?? { earliest: mark.startedAt, latest: mark.finishedAt },
    severity: severityOf(context, [circuit.scope]),
    flags: asymmetric ? [`in:${asymmetric.inPath}`, `out:${other}`] : [],
    evidence: shares.full ? createShareEvidence(shares.full, shares.before[0] ?? null) : [],
  })
}

/**
 * Raises asymmetric_forwarding for pairs of circuits of one customer that are connected to the same gateway, from the
 * traffic in their last windows.
 */
export function detectAsymmetricCircuits(context: DetectionContext): LiveEvent[] {
  const { circuits, gateways } = context.topology
  const pairs = circuits.flatMap((a, i) => circuits.slice(i + 1).map((b) => [a, b] as const))
  return pairs
    .filter(
      ([a, b]) =>
        !hasSeveralOwners(context.topology, [a.scope, b.scope]) &&
        gateways.some((gateway) => [a, b].every(({ scope }) => gateway.circuits.includes(scope))),
    )
    .flatMap(([a, b]) => [crossed(context, a, b), crossed(context, b, a)])
    .flatMap((live) => live ?? [])
}

/**
 * Raises asymmetric_forwarding if, of two circuits, the first carries most of the inbound and the second most of the
 * outbound traffic.
 */
function crossed(context: DetectionContext, inward: CircuitNode, outward: CircuitNode): LiveEvent | null {
  const { settings } = context
  const [one, other] = [windowOf(context, inward), windowOf(context, outward)]
  const subject = `in ${inward.name}, out ${outward.name}`
  const open = findOpenEvent(context, 'asymmetric_forwarding', inward.scope, subject)
  if (!one || !other || one.earliest > other.latest || other.earliest > one.latest) return open
  const share = (direction: TrafficDirection) => {
    const total = bothPaths(one, direction) + bothPaths(other, direction)
    return total < settings['traffic.expected.least'] ? null : bothPaths(one, direction) / total
  }
  const [bitsIn, out] = [share('in'), share('out')]
  const least = settings[open ? 'asymmetric.clear' : 'asymmetric.share']
  return updateEventByCondition(context, {
    kind: 'asymmetric_forwarding',
    scope: inward.scope,
    subject,
    holds: bitsIn === null || out === null ? null : bitsIn > least && 1 - out > least,
    since: { earliest: Math.min(one.earliest, other.earliest), latest: Math.max(one.latest, other.latest) },
    severity: severityOf(context, [inward.scope, outward.scope]),
    evidence: [
      ...nameEvidence(inward.name, createShareEvidence(one, null)),
      ...nameEvidence(outward.name, createShareEvidence(other, null)),
    ],
  })
}

const windowOf = (context: DetectionContext, { scope }: CircuitNode) =>
  ensureResourceState(context, scope).traffic?.fact?.shares.full ?? null

const bothPaths = ({ paths }: AverageTrafficOfTimeWindow, direction: TrafficDirection) =>
  paths.primary[direction] + paths.secondary[direction]

function severityOf({ topology }: DetectionContext, scopes: readonly string[]): Severity {
  const isDeclared = topology.policies.some(
    ({ kind, circuits }) => kind === 'symmetric' && scopes.every((scope) => circuits.includes(scope)),
  )
  return isDeclared ? 'warning' : 'info'
}

/**
 * Raises traffic_shift if a path's share of the traffic in the last window of the counters differs significantly from
 * its share in one of the two windows before, although no route or session changed.
 */
export function detectTrafficShift(
  context: DetectionContext,
  circuit: CircuitNode,
  { name }: CircuitPeeringNode,
): LiveEvent | null {
  const { settings, mark } = context
  const traffic = ensureResourceState(context, circuit.scope).traffic
  const open = findOpenEvent(context, 'traffic_shift', circuit.scope, name)
  if (!traffic?.fact) return open
  const over = open && open.event.started.latest + settings['traffic.shift.memory']
  if (over !== null && mark.finishedAt >= over) {
    return updateEventByCondition(context, {
      ...shift(circuit, name),
      holds: false,
      since: { earliest: over, latest: over },
    })
  }
  const { full, before, steps = {} } = traffic.fact.shares
  if (open || !full || traffic.comparedAt === full.latest) return open
  traffic.comparedAt = full.latest
  const from = before.find((window) => isShift(window, full, settings))
  if (!from || !isTrafficChangeUnexplained(context, circuit, from.earliest)) return null
  return updateEventByCondition(context, {
    ...shift(circuit, name),
    holds: true,
    since: changedIn(from, full, steps, settings) ?? { earliest: from.earliest, latest: full.latest },
    evidence: createShareEvidence(full, from),
  })
}

const shift = ({ scope }: CircuitNode, subject: string) =>
  ({ kind: 'traffic_shift', scope, subject, severity: 'info' }) as const

const changedEntries = (
  before: AverageTrafficOfTimeWindow,
  after: AverageTrafficOfTimeWindow,
  settings: DetectionContext['settings'],
): TrafficDirection[] =>
  trafficDirections.filter((direction) => {
    const [was, is] = [before, after].map(({ paths }) => computePrimaryShare(paths, direction, settings))
    return typeof was === 'number' && typeof is === 'number' && Math.abs(is - was) >= settings['traffic.shift.points']
  })

const isShift = (
  before: AverageTrafficOfTimeWindow,
  after: AverageTrafficOfTimeWindow,
  settings: DetectionContext['settings'],
): boolean => changedEntries(before, after, settings).length > 0

/**
 * Returns the bounds of the pair of samples in which the share changed, if most of the change happened in one pair;
 * null if it changed gradually over the windows.
 */
function changedIn(
  before: AverageTrafficOfTimeWindow,
  after: AverageTrafficOfTimeWindow,
  steps: Steps,
  settings: DetectionContext['settings'],
): TimestampBounds | null {
  const own = changedEntries(before, after, settings).flatMap((direction) => {
    const step = steps[direction]
    const isIn = step && step.between.latest >= before.earliest && step.between.earliest <= after.latest
    return isIn && Math.abs(step.to - step.from) >= settings['traffic.shift.points'] ? [step.between] : []
  })
  return own.length > 0 ? computeEarliestBeginBounds(own) : null
}
type Steps = NonNullable<CircuitTrafficState['shares']['steps']>

/**
 * Reports whether a change of traffic is unexplained: no session or route of the circuit changed, and no path is
 * without traffic.
 */
export function isTrafficChangeUnexplained(context: DetectionContext, circuit: CircuitNode, from: number): boolean {
  const gateways = context.topology.gateways.filter((gateway) => gateway.circuits.includes(circuit.scope))
  const scopes = [circuit, ...gateways].map(({ scope }) => scope)
  return areSessionsAndRoutesUnchanged(context, scopes, from) && !hasDeadPath(context, circuit.scope)
}

function hasDeadPath(context: DetectionContext, scope: string): boolean {
  const meters = ensureTrafficState(context, scope).fact?.meters
  return [meters?.primary, meters?.secondary].some((meter) => meter?.in.lost && meter.out.lost)
}

/** Returns the traffic of both paths in two windows as evidence. */
export function createShareEvidence(
  full: AverageTrafficOfTimeWindow,
  before: AverageTrafficOfTimeWindow | null,
): Evidence[] {
  const text = (window: AverageTrafficOfTimeWindow, direction: TrafficDirection) =>
    `primary ${window.paths.primary[direction]}, secondary ${window.paths.secondary[direction]}`
  return trafficDirections.map((direction) => ({
    field: `${direction === 'in' ? 'bitsIn' : 'bitsOut'}PerSecond`,
    before: before && text(before, direction),
    after: text(full, direction),
    sampledBefore: before && { earliest: before.earliest, latest: before.latest },
    sampledAfter: { earliest: full.earliest, latest: full.latest },
  }))
}

import { sinceAll } from '../../../model/event-key.ts'
import type { MeterFact } from '../../../model/traffic.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import type { JudgedPeeringView } from '../../facts/circuit-facts.ts'
import { reconcile } from '../../../model/condition.ts'
import { type FoldContext, openEvent } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { type CircuitNode, partOf, type PeeringNode } from '../../../model/topology.ts'
import { isWindowSince, meantSince } from '../../facts/traffic/excuse.ts'
import { trafficOf } from '../../facts/traffic/memory.ts'
import { isExpected, isProven, meterOf, rateEvidence } from '../../facts/traffic/path-traffic.ts'

const opposite = (direction: TrafficDirection): TrafficDirection => (direction === 'in' ? 'out' : 'in')

/** Of both paths together: one direction stands still although it should not, and the other one really carries traffic. */
export function oneWayTraffic(
  context: FoldContext,
  circuit: CircuitNode,
  peering: PeeringNode,
  view: JudgedPeeringView,
): LiveEvent | null {
  const { name } = peering
  const part = partOf(circuit, peering)
  if (part === null) return null
  const fact = meterOf(context, circuit, 'sum', part)
  const open = openEvent(context, 'one_way_traffic', circuit.scope, name)
  if (!fact) return open
  const still = trafficDirections.find((direction) =>
    isUnidirectional(context, { circuit, peering, part }, fact, direction, open !== null),
  )
  const ups = Object.values(view.paths).filter(({ session }) => session?.level === 'up')
  const meant = ups.flatMap(({ path, session }) => meantSince(context, circuit, path, session, part) ?? [])
  const isDue = open !== null || isWindowSince(context, trafficOf(context, circuit.scope, part), Math.min(...meant))
  const moved = trafficDirections.flatMap((direction) => fact[direction].flowsAgain ?? [])
  const after = moved.filter(({ latest }) => latest > (open?.event.started.latest ?? 0))
  const { mark } = context
  const now = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  const lost = still && fact[still].lost
  const isUnsure = still !== undefined && fact[still].expected?.confidence === 'low'
  return reconcile(context, {
    kind: 'one_way_traffic',
    scope: circuit.scope,
    subject: name,
    holds: still !== undefined && meant.length > 0 && isDue,
    since: lost ?? (after.length > 0 ? sinceAll(after) : now),
    severity: isUnsure ? 'minor' : 'major',
    evidence: rateEvidence(context, circuit.scope, fact, part),
    flags: [...(still ? [`no_bytes_${still}`] : []), ...(isUnsure ? ['low_confidence'] : [])],
  })
}

function isUnidirectional(
  context: FoldContext,
  counted: Parameters<typeof isProven>[1],
  fact: MeterFact,
  direction: TrafficDirection,
  isOpen: boolean,
): boolean {
  const [still, other] = [fact[direction], fact[opposite(direction)]]
  if (!still.isFlat || !isExpected(context, fact, direction) || other.lost !== null) return false
  if (!isOpen && !isProven(context, counted, 'sum', fact, direction)) return false
  const windowMs = trafficOf(context, counted.circuit.scope, counted.part).fact?.windowMs ?? 0
  return isOpen || (still.lost !== null && isExpected(context, fact, opposite(direction)) && other.aliveMs >= windowMs)
}

import { sinceAll } from '../../event-key.ts'
import { type MeterFact, type TrafficDirection, trafficDirections } from '../../fold/index.ts'
import type { PeeringView } from '../circuit-facts.ts'
import { reconcile } from '../condition.ts'
import { type Estate, openEvent } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import type { CircuitNode, PeeringNode } from '../topology.ts'
import { isWindowSince, meantSince } from './excuse.ts'
import { trafficOf } from './memory.ts'
import { isExpected, meterOf, rateEvidence } from './path-traffic.ts'

const opposite = (direction: TrafficDirection): TrafficDirection => (direction === 'in' ? 'out' : 'in')

/** Of both paths together: one direction stands still although it should not, and the other one really carries traffic. */
export function oneWayTraffic(
  estate: Estate,
  circuit: CircuitNode,
  { name }: PeeringNode,
  view: PeeringView,
): LiveEvent | null {
  const fact = meterOf(estate, circuit.scope, 'sum')
  const open = openEvent(estate, 'one_way_traffic', circuit.scope, name)
  if (!fact) return open
  const still = trafficDirections.find((direction) => isOneWay(estate, circuit, fact, direction, open !== null))
  const ups = Object.values(view.paths).filter(({ session }) => session?.level === 'up')
  const meant = ups.flatMap(({ path, session }) => meantSince(estate, circuit, path, session) ?? [])
  const isDue = open !== null || isWindowSince(estate, trafficOf(estate, circuit.scope), Math.min(...meant))
  const moved = trafficDirections.flatMap((direction) => fact[direction].movedAgain ?? [])
  const after = moved.filter(({ latest }) => latest > (open?.event.started.latest ?? 0))
  const { mark } = estate
  const now = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  const lost = still && fact[still].lost
  const isUnsure = still !== undefined && fact[still].expected?.confidence === 'low'
  return reconcile(estate, {
    kind: 'one_way_traffic',
    scope: circuit.scope,
    subject: name,
    holds: still !== undefined && meant.length > 0 && isDue,
    since: lost ?? (after.length > 0 ? sinceAll(after) : now),
    severity: isUnsure ? 'minor' : 'major',
    evidence: rateEvidence(estate, circuit.scope, fact),
    flags: [...(still ? [`no_bytes_${still}`] : []), ...(isUnsure ? ['low_confidence'] : [])],
  })
}

function isOneWay(
  estate: Estate,
  circuit: CircuitNode,
  fact: MeterFact,
  direction: TrafficDirection,
  isOpen: boolean,
): boolean {
  const [still, other] = [fact[direction], fact[opposite(direction)]]
  if (!still.isFlat || !isExpected(estate, fact, direction) || other.lost !== null) return false
  const windowMs = trafficOf(estate, circuit.scope).fact?.windowMs ?? 0
  return isOpen || (still.lost !== null && isExpected(estate, fact, opposite(direction)) && other.aliveMs >= windowMs)
}

import { circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { trafficDirections, type TrafficDirection } from '../../../model/traffic-baseline.ts'
import { judgePeeringState, type PeeringStateWithPaths } from '../../facts/circuit-facts.ts'
import { type DetectionContext, ensureResourceState, findOpenEvent } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { type CircuitNode, getCountedPartOfPeering, type CircuitPeeringNode } from '../../../model/topology.ts'
import { detectGreenButDead } from './green-but-dead.ts'
import { detectIntentDeviationByBytes } from './intent-by-bytes.ts'
import { detectHighBandwidth, detectCapacityRisk } from './bandwidth-load.ts'
import { detectLowTrafficEverywhere } from './low-everywhere.ts'
import { listTrafficStates, findTrafficState, ensureTrafficState } from '../../facts/traffic/traffic-state.ts'
import {
  MIN_AGREEING_SAMPLES,
  isTrafficExpected,
  isPathReportedDead,
  getUsableMeterFact,
  isTrafficStopProven,
  createTrafficRateEvidence,
} from '../../facts/traffic/path-traffic.ts'
import { isSourceReadSince, getSourceFreshness } from '../../facts/last-answer.ts'
import { detectPathFall } from './path-fall.ts'
import { recordProbeResults } from './probe-results.ts'
import { detectAsymmetricCircuits, detectAsymmetricPaths, detectTrafficShift } from './traffic-asymmetry.ts'
import { computeLatestBeginBounds } from '../../../model/event-key.ts'
import type { TrafficByDirection } from '../../../model/traffic.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../../model/recheck.ts'
import { isFlatWindowCovered, trackTrafficExpectedSince } from '../../facts/traffic/traffic-expected-since.ts'

const opposite = (direction: TrafficDirection): TrafficDirection => (direction === 'in' ? 'out' : 'in')

/**
 * Raises one_way_traffic if both paths together have no traffic in one direction although it is expected. The other
 * direction must have carried a significant share of its expected traffic for a whole window.
 */
function oneWayTraffic(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  view: PeeringStateWithPaths,
): LiveEvent | null {
  const { name } = peering
  const part = getCountedPartOfPeering(circuit, peering)
  if (part === null) return null
  const fact = getUsableMeterFact(context, circuit, 'sum', part)
  const open = findOpenEvent(context, 'one_way_traffic', circuit.scope, name)
  if (!fact) return open
  const still = trafficDirections.find((direction) =>
    isUnidirectional(context, { circuit, peering, part }, fact, direction, open !== null),
  )
  const ups = Object.values(view.paths).filter(({ session }) => session?.level === 'up')
  const meant = ups.flatMap(
    ({ path, session }) => trackTrafficExpectedSince(context, circuit, path, session, part) ?? [],
  )
  const lost = still && fact[still].lost
  const isDue =
    open !== null ||
    (isFlatWindowCovered(context, ensureTrafficState(context, circuit.scope, part), Math.min(...meant)) &&
      (part !== 'own' || !lost || areRoutesReadSince(context, circuit, lost.latest)))
  const moved = trafficDirections.flatMap((direction) => fact[direction].flowsAgain ?? [])
  const after = moved.filter(({ latest }) => latest > (open?.event.started.latest ?? 0))
  const { mark } = context
  const now = { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  const isUnsure = still !== undefined && fact[still].expected?.confidence === 'low'
  return updateEventByCondition(context, {
    kind: 'one_way_traffic',
    scope: circuit.scope,
    subject: name,
    holds: still !== undefined && meant.length > 0 && isDue,
    since: lost ?? (after.length > 0 ? computeLatestBeginBounds(after) : now),
    severity: isUnsure ? 'minor' : 'major',
    evidence: createTrafficRateEvidence(context, circuit.scope, fact, part),
    flags: [...(still ? [`no_bytes_${still}`] : []), ...(isUnsure ? ['low_confidence'] : [])],
  })
}

/**
 * Reports whether the learned routes of each gateway behind a circuit were polled since the given time. Otherwise it is
 * unknown whether traffic is missing because prefixes were withdrawn or moved. A gateway that was never polled
 * successfully is left out.
 */
function areRoutesReadSince(context: DetectionContext, { scope: circuit }: CircuitNode, since: EpochMs): boolean {
  return context.topology.gateways
    .filter(({ circuits }) => circuits.includes(circuit))
    .map(({ scope }) => ({ scope, subresource: '', kind: 'learned' }) as const)
    .every((source) => getSourceFreshness(context, source).at === null || isSourceReadSince(context, source, since))
}

function isUnidirectional(
  context: DetectionContext,
  counted: Parameters<typeof isTrafficStopProven>[1],
  fact: TrafficByDirection,
  direction: TrafficDirection,
  isOpen: boolean,
): boolean {
  const [still, other] = [fact[direction], fact[opposite(direction)]]
  if (!still.isFlat || !isTrafficExpected(context, fact, direction) || other.lost !== null) return false
  if (!isOpen && !isTrafficStopProven(context, counted, 'sum', fact, direction)) return false
  const windowMs = ensureTrafficState(context, counted.circuit.scope, counted.part).fact?.windowMs ?? 0
  return (
    isOpen ||
    (still.lost !== null && isTrafficExpected(context, fact, opposite(direction)) && other.aliveMs >= windowMs)
  )
}

/** Evaluates the traffic of every circuit from its byte counters (docs/rules/detection.md 3.4, 3.5). */
export function applyTrafficRules(context: DetectionContext): LiveEvent[] {
  const own = context.topology.circuits.flatMap((circuit) =>
    circuit.peerings.flatMap((peering) => {
      const part = getCountedPartOfPeering(circuit, peering)
      if (part === null) return []
      const view = judgePeeringState(context, circuit, peering)
      const judged = [
        ...detectGreenButDead(context, circuit, peering, view),
        oneWayTraffic(context, circuit, peering, view),
      ]
      // load and shares of the paths are evaluated only for the circuit's main peering (the private peering if it has
      // one)
      if (part !== 'own') return judged
      return [
        ...judged,
        ...circuitPaths.map((path) => detectHighBandwidth(context, circuit, peering, path)),
        detectCapacityRisk(context, circuit, peering),
        detectAsymmetricPaths(context, circuit, peering),
        detectTrafficShift(context, circuit, peering),
        ...circuitPaths.map((path) => detectPathFall(context, circuit, peering, path)),
      ]
    }),
  )
  const group = [
    ...detectLowTrafficEverywhere(context),
    ...detectAsymmetricCircuits(context),
    ...detectIntentDeviationByBytes(context),
  ]
  recordProbeResults(context)
  for (const circuit of context.topology.circuits) recordWaiting(context, circuit)
  return [...own, ...group].flatMap((live) => live ?? [])
}

/**
 * Records whether it is still undecided that missing traffic is a fault. If so, the next byte counters are evaluated
 * even if they show no change.
 */
function recordWaiting(context: DetectionContext, circuit: CircuitNode): void {
  for (const peering of circuit.peerings) {
    const part = getCountedPartOfPeering(circuit, peering)
    const traffic = part && findTrafficState(ensureResourceState(context, circuit.scope), part)
    if (!traffic) continue
    const isWaiting = circuitPaths.some((path) => isUndecided(context, circuit, peering, path))
    traffic.waits = isWaiting && context.mark.finishedAt
  }
}

/**
 * Returns the next poll as the time of the next evaluation, while an ARP entry is gone although its session is up.
 * Further samples of ARP and of the session must confirm that.
 */
export const findTrafficRecheckTime = ({ scopes }: DetectionContext, scope: string): DetectionRecheckTime =>
  getRecheckTimeIfNeeded(
    listTrafficStates(scopes[scope]).some(({ suspicions }) =>
      Object.values(suspicions).some(
        ({ arp, summary }) => arp < MIN_AGREEING_SAMPLES || summary < MIN_AGREEING_SAMPLES,
      ),
    ),
  )

function isUndecided(
  context: DetectionContext,
  circuit: CircuitNode,
  peering: CircuitPeeringNode,
  path: 'primary' | 'secondary',
): boolean {
  const part = getCountedPartOfPeering(circuit, peering)
  const fact = part && getUsableMeterFact(context, circuit, path, part)
  if (!fact) return false
  const still = trafficDirections.filter(
    (direction) => fact[direction].isFlat && isTrafficExpected(context, fact, direction),
  )
  return still.length > 0 && !isPathReportedDead(context, circuit, peering, path)
}

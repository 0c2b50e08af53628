import {
  type TimestampBounds,
  type CircuitPath,
  circuitPaths,
  type DetectedEvent,
  type ForwardingLoss,
} from '#lib/contract/index.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { parseSubjectNeighbor } from '../../../model/subject.ts'
import { type DetectionContext, listLiveEvents } from '../../../model/context.ts'
import { findPathOfCustomerAddress } from '../../../model/topology.ts'
import { computeLossDetectionLag } from './loss-detection-lag.ts'
import { isFailoverRevisable } from './record-failovers.ts'
import type { TrafficCarryingPath } from '../../facts/traffic/traffic-paths.ts'
import { sumMaxRatesWithoutTraffic, areSamplesBeforeStopLost, findTrafficStop } from './traffic-stop.ts'
import { sumFlowsFromCounters, sumFlowsFromBitRates } from '../../facts/traffic/traffic-flows.ts'
import { intersectBounds, narrowKnownBounds } from './failover-revisions.ts'

/**
 * Records when forwarding was lost before a session with the customer's router fell, as far as byte counters show it.
 * The loss is at most a hold time before the fall and never after it (docs/rules/detection.md 1.4). It is stored in
 * addition to the time of the fall.
 */
export function recordForwardingLoss(context: DetectionContext): void {
  for (const live of listLiveEvents(context)) {
    const { event } = live
    const entry = entryOf(context, event)
    if (!entry || event.flags.includes('administrative') || !isFailoverRevisable(context, event.started)) continue
    live.event = { ...event, forwardingLoss: lossOf(context, event, entry) }
  }
}

/** Returns the circuit path that an event is about; null if the event is not the fall of a path or of its session. */
function entryOf({ topology }: DetectionContext, { kind, scope, subject }: DetectedEvent): TrafficCarryingPath | null {
  const circuit = topology.circuits.find((one) => one.scope === scope)
  if (!circuit || (kind !== 'path_down' && kind !== 'session_down')) return null
  const neighbor = parseSubjectNeighbor(subject)
  for (const peering of circuit.peerings) {
    const isOn = (path: CircuitPath) =>
      kind === 'path_down'
        ? subject === `${peering.name}/${path}`
        : findPathOfCustomerAddress(peering, neighbor) === path
    const path = circuitPaths.find((one) => peering.customers[one] !== null && isOn(one))
    if (path) return { scope, path }
  }
  return null
}

function lossOf(
  context: DetectionContext,
  { started: ended, forwardingLoss }: DetectedEvent,
  entry: TrafficCarryingPath,
): ForwardingLoss {
  const { settings } = context
  const known = forwardingLoss ?? null
  const widest = { earliest: ended.earliest - settings['timers.hold'], latest: ended.latest }
  const flows = sumFlowsFromCounters(context, [entry])
  if (known && known.basis !== 'hold_time' && areSamplesBeforeStopLost(flows, known.started)) return known
  const dead = sumMaxRatesWithoutTraffic(context, [entry])
  const stop = findTrafficStop(flows, dead, widest)?.at ?? null
  const byRates = stop && (findTrafficStop(sumFlowsFromBitRates(context, [entry]), dead, widest)?.at ?? null)
  const seen = stop ? intersectBounds(stop, byRates) : changedUntil(flows, dead, ended)
  const reported = narrowKnownBounds(known?.started ?? widest, seen && intersectBounds(widest, seen))
  const bounds = reported.bounds ?? widest
  const basis = seen ? (byRates ? 'metrics' : 'counters') : (known?.basis ?? 'hold_time')
  return {
    started: bounds,
    basis,
    mechanism: stop ? computeLossDetectionLag(bounds, ended, settings) : (known?.mechanism ?? null),
    revisedOutside: (known?.revisedOutside ?? false) || reported.isOutside,
  }
}

/**
 * Returns the bounds of the loss of forwarding while no pair of byte counter samples shows yet that traffic stopped. In
 * this case forwarding was lost after the start of the last pair that still shows traffic. Null if no direction clearly
 * had traffic before.
 */
function changedUntil(
  flows: ReturnType<typeof sumFlowsFromCounters>,
  { deadBps }: ReturnType<typeof sumMaxRatesWithoutTraffic>,
  ended: TimestampBounds,
): TimestampBounds | null {
  const before = flows.filter(({ earliest }) => earliest <= ended.latest)
  const usual = trafficDirections.filter((direction) => before.some((flow) => flow[direction] > 3 * deadBps[direction]))
  const lasts = usual.map((direction) => before.findLast((flow) => flow[direction] > deadBps[direction])?.earliest ?? 0)
  return lasts.length > 0 ? { earliest: Math.min(...lasts), latest: ended.latest } : null
}
